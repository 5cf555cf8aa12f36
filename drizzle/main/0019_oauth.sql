-- The built-in issuer: its keys, what it must remember between two requests, and tokens that no longer count.
create table signing_key (
  kid text primary key,
  -- Public, RFC 7517.
  jwk jsonb not null,
  -- The private half, wrapped by the KMS.
  wrapped bytea not null,
  signs_from timestamptz not null,
  -- When the last token that it signed has expired; null: it signs, or will.
  until timestamptz,
  published_at timestamptz not null default statement_timestamp()
);
--> statement-breakpoint
-- Used assertions; later: sessions, codes, refresh tokens. Found by digests, and sealed: whoever reads the table can use none of it.
create table oauth_item (
  model text not null,
  id bytea not null,
  sealed bytea not null,
  grant_id bytea,
  uid bytea,
  consumed_at timestamptz,
  until timestamptz not null,
  primary key (model, id)
);
create index oauth_item_until on oauth_item (until);
create index oauth_item_grant on oauth_item (grant_id) where grant_id is not null;
create index oauth_item_uid on oauth_item (model, uid) where uid is not null;
--> statement-breakpoint
-- Digests of token ids. Each entry into the ledger asks here, before anything is given out.
create table revoked_token (
  id bytea primary key,
  until timestamptz not null,
  at timestamptz not null default statement_timestamp(),
  -- The client that gave it up, or who took it away.
  by_whom text not null,
  reason text
);
--> statement-breakpoint
revoke all on signing_key, oauth_item, revoked_token from public;
grant select on signing_key, revoked_token to prasan_app;
grant insert on revoked_token to prasan_app;
grant select, insert, update, delete on oauth_item to prasan_app;
--> statement-breakpoint
create or replace function prasan_forget_proofs() returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from dpop_proof where until < statement_timestamp();
  delete from oauth_item where until < statement_timestamp();
  delete from revoked_token where until < statement_timestamp();
$$;
