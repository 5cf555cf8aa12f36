// Uses a recovery code up, and goes on to make a new passkey.
import { doing, send } from './passkey.js';

const form = document.getElementById('recover');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void doing(form.querySelector('button'), async () => {
    const { secret } = await send('/staff/recover', { code: document.getElementById('code').value });
    location.replace(`/staff/join${location.search}#${secret}`);
  });
});
