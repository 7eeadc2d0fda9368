// Files that the API serves to whoever has a key: fetched with it, then shown by the browser.
import { Fault } from "./api.js";
import { key } from "./session.js";

/** Open the file at `path` in a window of its own, to be read or printed. Raises Fault. */
export async function openFile(path) {
  const shown = window.open("", "_blank"); // before anything is awaited, else it is taken for an advertisement
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${key.value}` } });
  if (!answer.ok) {
    shown?.close();
    throw new Fault(await answer.text(), { code: String(answer.status) });
  }
  const url = URL.createObjectURL(await answer.blob());
  if (shown) shown.location = url;
  else location.assign(url);
}
