// A person's session: authorization code with PKCE (RFC 7636), tokens bound by DPoP (RFC 9449) to a key that cannot leave the browser, renewed by refresh
// tokens. Tokens and key live in this module's memory alone. What must outlive the way to the sign-in page and back (verifier, state, language) opens nothing
// by itself, and is taken out of the tab's storage as soon as the page is back.
import * as oauth from './oauth4webapi.js';

const client = { client_id: 'console' };
const place = 'prasan-sign-in';
const path = '/graphiql';
/** Seconds before its end that a token is renewed. */
const early = 30;

const plain = (url, init) => fetch(url, { ...init, credentials: 'omit', cache: 'no-store' });
/** Without TLS on this machine alone: browsers give keys and passkeys to no other such page. */
const options = { [oauth.allowInsecureRequests]: location.protocol === 'http:', [oauth.customFetch]: plain };

/** The session is over: what the page has been given no longer counts. */
export class Ended extends Error {}

/** @returns what the issuer says of itself; undefined where the exchange has none. Throws an error with `address` where it is called otherwise than this page. */
async function issuer() {
  const { authorization_servers: [name] = [] } = await (await plain('/.well-known/oauth-protected-resource')).json();
  if (name === undefined) return undefined;
  const url = new URL(name);
  if (url.origin !== location.origin) throw Object.assign(new Error('another address'), { address: `${name}${path}` });
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...options, algorithm: 'oauth2' }));
}

/** Who has the browser's session, if anybody: `{id, name, partner, administrator}`. */
export async function person() {
  const response = await fetch('/sign-in/session', { credentials: 'same-origin', cache: 'no-store' });
  return response.status === 200 ? response.json() : undefined;
}

/** Leaves the page, for a code. @param silent without asking anybody: only where there is a session */
async function leave(server, silent) {
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
  sessionStorage.setItem(place, JSON.stringify({ verifier, state, language: document.documentElement.lang }));
  const asked = {
    client_id: client.client_id, response_type: 'code', redirect_uri: `${server.issuer}${path}`, state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...(silent && { prompt: 'none' }),
  };
  location.replace(`${server.authorization_endpoint}?${new URLSearchParams(asked)}`);
  return new Promise(() => undefined);
}

/** What was kept for the way back; it is gone afterwards. */
function kept() {
  const text = sessionStorage.getItem(place);
  sessionStorage.removeItem(place);
  return text === null ? undefined : JSON.parse(text);
}

/** What a token of the own issuer says (RFC 9068): for choices to offer, never for deciding. */
function saysOf(token) {
  const bytes = Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Whether the token no longer counts: said by the status, or, where that turned out while the answer was made, by an error. */
async function isRefused(answer) {
  if (answer.status === 401) return true;
  const { errors = [] } = await answer.clone().json();
  return errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
}

/** The tokens of one grant. `first` is the answer to its code. */
function tokens(server, DPoP, first) {
  let current = first;
  let until = Date.now() + (first.expires_in ?? 60) * 1000;
  let wanted = {};
  let renewing;
  const renew = async () => {
    const asked = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), current.refresh_token, { ...options, DPoP, additionalParameters: wanted });
    current = { ...current, ...(await oauth.processRefreshTokenResponse(server, client, asked)) };
    until = Date.now() + (current.expires_in ?? 60) * 1000;
  };
  const renewOnce = async () => {
    try {
      await renew();
    } catch (error) {
      throw error instanceof oauth.ResponseBodyError ? new Ended('', { cause: error }) : error;
    } finally {
      renewing = undefined;
    }
  };
  // A refresh token is good once: whoever needs another token waits for the one that is on its way.
  const renewed = () => {
    renewing ??= renewOnce();
    return renewing;
  };
  const send = async (body, headers) => {
    if (Date.now() > until - early * 1000) await renewed();
    try {
      return await oauth.protectedResourceRequest(current.access_token, 'POST', new URL('/graphql', location.origin), new Headers(headers), body, { ...options, DPoP });
    } catch (error) {
      if (error instanceof oauth.WWWAuthenticateChallengeError) return error.response;
      throw error;
    }
  };
  return {
    says: saysOf(first.access_token),
    /** Tokens from now on are worth so much, and for that: `{clearance, purposes}`. */
    async narrow(to) {
      wanted = to;
      await renewed();
    },
    /** Throws Ended when neither the token nor its renewal counts any more. */
    async ask(body, headers) {
      const answer = await send(body, headers);
      const refused = await isRefused(answer);
      if (!refused) return answer;
      await renewed();
      // Of a mutation a part may have been done before the token was taken out of force: whoever asked decides whether to ask again.
      if (answer.status !== 401 && /\bmutation\b/.test(body)) return answer;
      const again = await send(body, headers);
      if (await isRefused(again)) throw new Ended();
      return again;
    },
  };
}

/** The answer to a code that the browser came back with. */
async function exchange(server, { verifier, state }, answered) {
  const parameters = oauth.validateAuthResponse(server, client, answered, state);
  const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256', { extractable: false }));
  const response = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, `${server.issuer}${path}`, verifier, { ...options, DPoP });
  return tokens(server, DPoP, await oauth.processAuthorizationCodeResponse(server, client, response));
}

/** Ends the session everywhere, with the next request. */
export async function signOut() {
  await fetch('/sign-in/out', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}', credentials: 'same-origin', cache: 'no-store' });
}

/**
 * @returns `{grant, signIn}`: the tokens of whoever is signed in, and what leads to the sign-in page. Undefined where the exchange has no issuer of its own.
 * Whoever has a session and no tokens is sent for a code, and comes back.
 */
export async function session() {
  const server = await issuer();
  if (server === undefined) return undefined;
  const signIn = () => leave(server, false);
  const back = kept();
  const answered = new URLSearchParams(location.search);
  if (!answered.has('state')) return (await person()) === undefined ? { signIn } : leave(server, true);
  // The page was asked for without a language on the way back.
  if (back !== undefined && back.language !== document.documentElement.lang && !answered.has('lang')) {
    sessionStorage.setItem(place, JSON.stringify(back));
    answered.set('lang', back.language);
    location.replace(`${path}?${answered}`);
    return new Promise(() => undefined);
  }
  const { lang } = Object.fromEntries(answered);
  answered.delete('lang');
  history.replaceState(null, '', lang === undefined ? path : `${path}?lang=${lang}`);
  if (back === undefined || answered.has('error')) return { signIn };
  return { signIn, grant: await exchange(server, back, answered) };
}
