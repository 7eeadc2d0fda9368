// Files that the API serves to whoever has a key, and takes from them: both with the key.
import { Fault } from "./api.js";
import { key } from "./session.js";

async function request(path, options = {}) {
  try {
    return await fetch(path, { ...options, headers: { Authorization: `Bearer ${key.value}`, ...options.headers } });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Fault(error.message, { retryable: true });
  }
}

/** The address at which the browser has what is at `path`. Raises Fault. */
async function fetched(path) {
  const answer = await request(path);
  if (!answer.ok) throw new Fault(await answer.text(), { code: String(answer.status) });
  return URL.createObjectURL(await answer.blob());
}

/** Open the file at `path` in a window of its own, to be read or printed. Raises Fault. */
export async function openFile(path) {
  const shown = window.open("", "_blank"); // before anything is awaited, else it is taken for an advertisement
  try {
    const url = await fetched(path);
    if (shown) shown.location = url;
    else location.assign(url);
  } catch (fault) {
    shown?.close();
    throw fault;
  }
}

/** Save the file at `path` as `name`. Raises Fault. */
export async function saveFile(path, name) {
  const url = await fetched(path);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

const PIECE_BYTES = 4 * 1024 * 1024;
const TRIES = 5;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Send what of the file begins at `offset`; where the next piece begins. Raises Fault. */
async function sendPiece(path, file, offset, signal) {
  const end = Math.min(file.size, offset + PIECE_BYTES);
  const headers = { "Upload-Offset": String(offset), "Upload-Complete": end === file.size ? "?1" : "?0" };
  const answer = await request(path, { method: "PATCH", headers, body: file.slice(offset, end), signal });
  if (answer.ok) return end;
  const { message, code } = await answer.json().catch(() => ({}));
  throw new Fault(message ?? answer.statusText, { code: code ?? String(answer.status), retryable: answer.status >= 500 });
}

/** How much of the file is there. Raises Fault. */
async function kept(path) {
  const answer = await request(path, { method: "HEAD" });
  if (!answer.ok) throw new Fault(answer.statusText, { code: String(answer.status), retryable: answer.status >= 500 });
  return Number(answer.headers.get("Upload-Offset"));
}

/** Upload a file piece by piece, and go on where a connection broke; `told` hears the share that is there. Raises Fault, or AbortError. */
export async function sendFile(path, file, told, signal) {
  let offset = 0;
  let tries = 0;
  let broken = false;
  do {
    try {
      if (broken) offset = await kept(path);
      offset = await sendPiece(path, file, offset, signal);
      [broken, tries] = [false, 0];
      told(file.size ? offset / file.size : 1);
    } catch (fault) {
      if (!fault.retryable || ++tries === TRIES) throw fault;
      broken = true;
      await wait(1000 * tries);
    }
  } while (broken || offset < file.size);
}
