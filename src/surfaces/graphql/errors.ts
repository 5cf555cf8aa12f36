/**
 * What a GraphQL error may say. Only refusals, and what graphql-js says about the request itself, pass; everything else is INTERNAL
 * with constant text, and its cause goes to the log.
 */
import { GraphQLError } from 'graphql';
import { Refusal } from '../../errors.ts';

/** Who is answered: the language of titles and the id to quote. */
export interface About {
  readonly requestId: string;
  readonly language: 'en' | 'th';
}

export interface PublicError {
  readonly message: string;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

type Place = Pick<PublicError, 'locations' | 'path'>;

/** A refusal as a GraphQL error: `message` is its title; `extensions` carry the rest, `extra` members first so that none hides a code. */
export function refusalError(refusal: Refusal, about: About, place: Place = {}): PublicError {
  const { detail, errors, extra } = refusal.public;
  return {
    message: refusal.title(about.language),
    ...place,
    extensions: {
      ...extra,
      code: refusal.code,
      status: refusal.status,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      requestId: about.requestId,
    },
  };
}

/** graphql-js ends its messages with names that are like the wrong one: a dictionary of names nobody asked for. */
const withoutSuggestion = (message: string): string => message.replace(/\s+Did you mean [\s\S]*$/u, '');

const placeOf = (error: GraphQLError): Place => ({
  ...(error.locations === undefined || error.locations.length === 0 ? {} : { locations: error.locations }),
  ...(error.path === undefined ? {} : { path: error.path }),
});

/** What graphql-js says about the caller's own request (syntax, validation, variables), before anything ran. */
export function requestError(error: GraphQLError, about: About): PublicError {
  const refusal = new Refusal('INVALID');
  return {
    message: withoutSuggestion(error.message),
    ...(error.locations === undefined || error.locations.length === 0 ? {} : { locations: error.locations }),
    extensions: { code: refusal.code, status: refusal.status, requestId: about.requestId },
  };
}

/** The thing first thrown, below graphql-js's and the compiler's wrappings. */
function thrown(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

/**
 * An error of a field that ran. graphql-js's own texts here may quote stored values (`Enum "X" cannot represent value: ...`), so that they are
 * INTERNAL too.
 * @param unexpected told of each cause that is no refusal
 */
export function fieldError(error: unknown, about: About, unexpected: (cause: unknown) => void): PublicError {
  const cause = thrown(error);
  const place = error instanceof GraphQLError ? placeOf(error) : {};
  if (cause instanceof Refusal) return refusalError(cause, about, place);
  unexpected(cause instanceof GraphQLError ? new Error(`the answer does not fit the schema at ${cause.path?.join('.') ?? '?'}`) : cause);
  return refusalError(new Refusal('INTERNAL'), about, place);
}
