-- The key database: wrapped keys only, apart from the rows, with short-lived backups of its own. Nodes connect as prasan_keys.
create table originator_key (
  id uuid primary key,
  originator text not null,
  compartment text not null,
  generation integer not null,
  wrapped bytea not null,
  created_at timestamptz not null default statement_timestamp(),
  unique (originator, compartment, generation)
);
--> statement-breakpoint
create table record_key (
  record_id uuid not null,
  compartment text not null,
  originator_key uuid not null,
  wrapped bytea not null,
  primary key (record_id, compartment)
);
--> statement-breakpoint
-- What was destroyed, so that a restore can be replayed. No content.
create table erasure (
  record_id uuid primary key,
  at timestamptz not null default statement_timestamp()
);
--> statement-breakpoint
revoke all on all tables in schema public from public;
grant select, insert on originator_key to prasan_keys;
grant select, insert, delete on record_key to prasan_keys;
grant select, insert on erasure to prasan_keys;
