// Signs in, and goes back to whoever asked: the address is always one of this exchange's own.
import { doing, get, say, send, supported } from './passkey.js';

const button = document.getElementById('passkey');
const asked = new URLSearchParams(location.search);
const next = asked.has('client_id') ? `/oauth/authorize${location.search}` : asked.get('to') === 'graphiql' ? '/graphiql' : '/staff';

// The other language keeps the question.
const language = document.getElementById('language');
const kept = new URLSearchParams(location.search);
kept.set('lang', language.lang);
language.href = `/sign-in?${kept}`;

if (supported()) {
  button.addEventListener('click', () => doing(button, async () => {
    const { options } = await send('/sign-in/options', {});
    await send('/sign-in', { response: await get(options) });
    location.replace(next);
  }));
} else {
  button.disabled = true;
  say('unsupported');
}
