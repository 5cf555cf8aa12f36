// Who is signed in, in the page: how much is asked, for what, and the way out. `changed` is told of each new access, `ended` that there is none any more.
import { Ended, person, session, signOut } from './session.js';
import { levelName, levelNames, purposeName, textIn, words } from './words.js';

const element = (id) => document.getElementById(id);
const place = element('session');
const [note, purpose, clearance] = ['session-note', 'session-purpose', 'session-clearance'].map(element);

/** @param state `out` or `in`: what of it shows */
function show(state, text) {
  place.dataset.state = state;
  place.hidden = false;
  note.textContent = text;
}

const fill = (select, names, nameOf, chosen) => select.replaceChildren(...names.map((name) => new Option(nameOf(name), name, false, name === chosen)));

function offer({ purposes, clearance: most }) {
  fill(purpose, purposes, purposeName, purposes.includes('INVESTIGATION') ? 'INVESTIGATION' : purposes[0]);
  fill(clearance, levelNames.slice(0, levelNames.indexOf(most) + 1), levelName, most);
}

function showPerson(who) {
  element('administer').hidden = who?.administrator !== true;
  show('in', who === undefined ? '' : words.signedIn(who.name, textIn(who.partner.name)));
}

/**
 * @param invitation what the page says to whoever is not signed in
 * @returns whether anybody is signed in, or can be: false where the exchange has no issuer of its own
 */
export async function signedInAccess(changed, ended, invitation) {
  const known = await session();
  if (known === undefined) return false;
  const { grant, signIn } = known;
  element('sign-in').addEventListener('click', () => { void signIn(); });
  if (grant === undefined) {
    show('out', invitation);
    return true;
  }
  const end = (text) => {
    show('out', invitation);
    ended(text);
  };
  const guarded = async (work) => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Ended) end(words.ended);
      throw error;
    }
  };
  const access = () => ({ purpose: purpose.value, signedIn: true, ask: (body, headers) => guarded(() => grant.ask(body, headers)) });
  let turn = 0;
  const update = async () => {
    turn += 1;
    const mine = turn;
    await guarded(() => grant.narrow({ clearance: clearance.value, purposes: purpose.value }));
    // Chosen again meanwhile: the later choice shows itself.
    if (mine === turn) await changed(access());
  };
  offer(grant.says);
  for (const select of [purpose, clearance]) select.addEventListener('change', () => { update().catch(() => undefined); });
  element('sign-out').addEventListener('click', () => { void signOut().then(() => end(words.nowSignedOut)); });
  showPerson(await person());
  await changed(access());
  return true;
}
