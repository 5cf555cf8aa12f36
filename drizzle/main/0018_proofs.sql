-- DPoP proofs that were used (RFC 9449 section 11.1): digests alone. Unlogged, because it is written at each request and worth nothing after two minutes;
-- a crash of the server empties it, and proofs that are older than the server's start are refused.
create unlogged table dpop_proof (
  proof bytea primary key,
  until timestamptz not null
);
create index dpop_proof_until on dpop_proof (until);
alter table dpop_proof enable row level security;
alter table dpop_proof force row level security;
create policy owner_all on dpop_proof to prasan_owner using (true) with check (true);
--> statement-breakpoint
-- Those of the given proofs that nobody used before, and that are not older than this memory. `iat` has whole seconds.
create function prasan_first_proofs(given bytea[], issued float8[], untils float8[]) returns setof bytea
language sql security definer set search_path = pg_catalog, public as $$
  insert into dpop_proof (proof, until)
    select g.proof, to_timestamp(g.until) from unnest(given, issued, untils) g(proof, iat, until)
    where to_timestamp(g.iat + 1) > pg_postmaster_start_time()
  on conflict do nothing
  returning proof
$$;
--> statement-breakpoint
create function prasan_forget_proofs() returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from dpop_proof where until < statement_timestamp()
$$;
--> statement-breakpoint
revoke all on dpop_proof from public;
revoke all on function prasan_first_proofs(bytea[], float8[], float8[]) from public;
revoke all on function prasan_forget_proofs() from public;
grant execute on function prasan_first_proofs(bytea[], float8[], float8[]), prasan_forget_proofs() to prasan_app;
