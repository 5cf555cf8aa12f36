// Accepts an invitation. Its secret stands behind the #, which browsers send to nobody; it is taken out of the address at once.
import { create, doing, say, send, supported } from './passkey.js';

const button = document.getElementById('passkey');
const shown = (id) => document.getElementById(id);
const secret = location.hash.slice(1);
history.replaceState(undefined, '', location.pathname + location.search);

async function begin() {
  const begun = await send('/staff/join/options', { secret });
  shown('name').textContent = begun.name;
  shown('partner').textContent = begun.partner[document.documentElement.lang] ?? begun.partner.en;
  shown('who').hidden = false;
  return begun;
}

function showCodes(codes) {
  for (const code of codes) {
    const item = document.createElement('li');
    item.textContent = code;
    shown('codes').append(item);
  }
  shown('invited').hidden = true;
  shown('joined').hidden = false;
}

if (!supported()) say('unsupported');
else if (secret === '') say('nolink');
else {
  await doing(button, begin);
  // The name shows that the link is good.
  button.disabled = shown('who').hidden;
  button.addEventListener('click', () => doing(button, async () => {
    const { options } = await begin();
    const { codes } = await send('/staff/join', { secret, response: await create(options) });
    showCodes(codes);
  }));
}
