-- Staff of partners, who sign in with passkeys. Names and addresses are sealed: whoever reads the tables learns of nobody who it is. What a person may have
-- stands in the open, for the database decides by it.
create table staff (
  id uuid primary key,
  partner text not null,
  desk text,
  clearance smallint not null check (clearance between 0 and 4),
  caveats integer not null,
  purposes integer not null,
  scopes text[] not null,
  administrator boolean not null,
  status text not null check (status in ('INVITED', 'ACTIVE', 'SUSPENDED')),
  -- Raised with every change.
  revision integer not null default 1,
  -- Name and address.
  sealed bytea not null,
  created_at timestamptz not null default statement_timestamp()
);
create index staff_partner on staff (partner);
-- WebAuthn: public keys, by the credential's own id.
create table staff_passkey (
  id bytea primary key,
  staff_id uuid not null references staff,
  partner text not null,
  -- COSE.
  public_key bytea not null,
  counter bigint not null,
  created_at timestamptz not null default statement_timestamp(),
  used_at timestamptz
);
create index staff_passkey_staff on staff_passkey (staff_id);
-- Digests of secrets that let somebody register a passkey, once.
create table staff_invitation (
  id bytea primary key,
  staff_id uuid not null references staff,
  partner text not null,
  -- Whether what the person had before ends with it.
  renews boolean not null,
  until timestamptz not null,
  used_at timestamptz
);
create index staff_invitation_staff on staff_invitation (staff_id);
-- Digests of recovery codes.
create table staff_code (
  id bytea primary key,
  staff_id uuid not null references staff,
  partner text not null,
  used_at timestamptz
);
create index staff_code_staff on staff_code (staff_id);
-- What was done about staff, by whom. Nothing of it is changed afterwards.
create table staff_event (
  id uuid primary key,
  at timestamptz not null default statement_timestamp(),
  partner text not null,
  staff_id uuid not null references staff,
  act text not null,
  -- The id of a member of staff, or who ran the command.
  actor text not null,
  -- The reason, where one was given.
  sealed bytea
);
create index staff_event_partner on staff_event (partner, at);
--> statement-breakpoint
alter table oauth_item add column account bytea;
create index oauth_item_account on oauth_item (account) where account is not null;
--> statement-breakpoint
alter table staff enable row level security;
alter table staff force row level security;
alter table staff_passkey enable row level security;
alter table staff_passkey force row level security;
alter table staff_invitation enable row level security;
alter table staff_invitation force row level security;
alter table staff_code enable row level security;
alter table staff_code force row level security;
alter table staff_event enable row level security;
alter table staff_event force row level security;
revoke all on staff, staff_passkey, staff_invitation, staff_code, staff_event from public;
grant select, insert on staff, staff_passkey, staff_invitation, staff_code, staff_event to prasan_app;
grant update (status, revision) on staff to prasan_app;
grant update (counter, used_at) on staff_passkey to prasan_app;
grant update (used_at) on staff_invitation, staff_code to prasan_app;
grant delete on staff_passkey, staff_invitation, staff_code to prasan_app;
create policy owner_all on staff to prasan_owner using (true) with check (true);
create policy owner_all on staff_passkey to prasan_owner using (true) with check (true);
create policy owner_all on staff_invitation to prasan_owner using (true) with check (true);
create policy owner_all on staff_code to prasan_owner using (true) with check (true);
create policy owner_all on staff_event to prasan_owner using (true) with check (true);
-- A partner's administrator sees and changes its own staff alone.
create policy app_own on staff to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_own on staff_passkey to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_own on staff_invitation to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_own on staff_code to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_own on staff_event to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
--> statement-breakpoint
-- Before anybody is known there is no stamp: what follows finds one row by an id or a digest that only its holder has.
create function prasan_staff(wanted uuid) returns setof staff
language sql stable security definer set search_path = pg_catalog, public as $$
  select * from staff s where s.id = wanted
$$;
--> statement-breakpoint
-- The person behind an access token, while account and session are in force.
create function prasan_staff_standing(wanted uuid, session_uid bytea) returns setof staff
language sql stable security definer set search_path = pg_catalog, public as $$
  select s.* from staff s where s.id = wanted and s.status = 'ACTIVE'
    and exists (select from oauth_item o where o.model = 'Session' and o.uid = session_uid and o.until > statement_timestamp())
$$;
--> statement-breakpoint
create function prasan_staff_passkey(wanted bytea) returns setof staff_passkey
language sql stable security definer set search_path = pg_catalog, public as $$
  select * from staff_passkey p where p.id = wanted
$$;
--> statement-breakpoint
create function prasan_staff_invitation(wanted bytea) returns setof staff_invitation
language sql stable security definer set search_path = pg_catalog, public as $$
  select * from staff_invitation i where i.id = wanted and i.used_at is null and i.until > statement_timestamp()
$$;
--> statement-breakpoint
create function prasan_staff_code(wanted bytea) returns setof staff_code
language sql stable security definer set search_path = pg_catalog, public as $$
  select * from staff_code c where c.id = wanted and c.used_at is null
$$;
--> statement-breakpoint
revoke all on function prasan_staff(uuid), prasan_staff_standing(uuid, bytea), prasan_staff_passkey(bytea), prasan_staff_invitation(bytea), prasan_staff_code(bytea) from public;
grant execute on function prasan_staff(uuid), prasan_staff_standing(uuid, bytea), prasan_staff_passkey(bytea), prasan_staff_invitation(bytea), prasan_staff_code(bytea) to prasan_app;
