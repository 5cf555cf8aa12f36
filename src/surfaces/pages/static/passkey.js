// Passkeys in the browser: options as the server sends them (WebAuthn level 3 JSON), answers as it takes them; and what the pages say meanwhile.

const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export const supported = () => globalThis.PublicKeyCredential !== undefined;

/** Makes a passkey. */
export async function create(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: [] };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  return { id, rawId: text(rawId), type, response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) }, clientExtensionResults: {} };
}

/** Shows one. */
export async function get(options) {
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: [] } });
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return {
    id, rawId: text(rawId), type, clientExtensionResults: {},
    response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: userHandle === null ? undefined : text(userHandle) },
  };
}

/** Sends JSON to this exchange. Throws an error that has the answer's `status`. */
export async function send(url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), credentials: 'same-origin', cache: 'no-store' });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status}`), { status: answer.status });
  return answer.status === 204 ? undefined : answer.json();
}

const place = document.getElementById('said');
export const say = (what) => { place.textContent = what === undefined ? '' : place.dataset[what]; };

/** Runs what a button does, once at a time; what goes wrong is said. */
export async function doing(button, work) {
  button.disabled = true;
  say('waiting');
  try {
    await work();
    say(undefined);
  } catch (error) {
    say(error.status === 429 ? 'limited' : 'refused');
  } finally {
    button.disabled = false;
  }
}
