-- What must outlive a restore of the rows, beside the keys: erasures, legal holds and suspensions. No content; words of holds are sealed.
alter table erasure add column reason text;
--> statement-breakpoint
create table hold (
  id uuid primary key,
  record_id uuid not null,
  originator text not null,
  placed_at timestamptz not null,
  placed_by text not null,
  compartment text not null,
  placed text not null,
  released_at timestamptz,
  released_by text,
  released text
);
--> statement-breakpoint
-- What is out of force, and since which version of the registry.
create table suspension (
  type text not null check (type in ('partner', 'issuer', 'agreement', 'channel')),
  id text not null,
  version bigint not null,
  -- Laid over what is declared: {"status": "SUSPENDED"}.
  overlay jsonb not null,
  noted_at timestamptz not null default statement_timestamp(),
  primary key (type, id)
);
--> statement-breakpoint
revoke all on hold, suspension from public;
grant select, insert on hold to prasan_keys;
grant update (released_at, released_by, released) on hold to prasan_keys;
grant select, insert, update, delete on suspension to prasan_keys;
