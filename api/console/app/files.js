// Files that the API serves to whoever has a key: fetched with it, then shown by the browser.
import { Fault } from "./api.js";
import { key } from "./session.js";

/** Open the file at `path` in a window of its own, to be read or printed. Raises Fault. */
export async function openFile(path) {
  const shown = window.open("", "_blank"); // before anything is awaited, else it is taken for an advertisement
  try {
    const url = URL.createObjectURL(await fileAt(path));
    if (shown) shown.location = url;
    else location.assign(url);
  } catch (error) {
    shown?.close();
    throw error;
  }
}

async function fileAt(path) {
  const answer = await fetch(path, { headers: { Authorization: `Bearer ${key.value}` } }).catch((error) => {
    throw new Fault(error.message, { retryable: true });
  });
  if (!answer.ok) throw new Fault(await answer.text(), { code: String(answer.status) });
  return answer.blob();
}
