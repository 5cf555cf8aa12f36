-- The exchange's own database. Everything is owned by prasan_owner; the nodes connect as prasan_app, which owns nothing and bypasses nothing.
-- The viewer's stamp: prasan.partner (text), prasan.purpose (bit), prasan.clearance (0..4), prasan.caveats (bit mask), prasan.wide ('on' where many
-- rows are looked at: how visibility is evaluated, never what is visible).
-- It is read without missing_ok on purpose: a connection without a stamp raises, it never shows zero rows.

create table registry_state (
  one boolean primary key default true check (one),
  version bigint not null,
  applied_at timestamptz not null default statement_timestamp(),
  epoch uuid not null default gen_random_uuid()
);
insert into registry_state (version) values (0);
--> statement-breakpoint
create table registry_object (
  type text not null check (type in ('partner', 'issuer', 'agreement', 'channel')),
  id text not null,
  doc jsonb not null,
  version bigint not null,
  primary key (type, id)
);
--> statement-breakpoint
create table registry_history (
  version bigint not null,
  at timestamptz not null default statement_timestamp(),
  actor text not null,
  reason text,
  changes jsonb not null
);
--> statement-breakpoint
-- Interned sets: to whom records of one kind, at one level, by one originator are shared. A row never changes.
create table audience (
  id integer generated always as identity primary key,
  kind text not null,
  level smallint not null check (level between 0 and 4),
  originator text not null,
  channels text[] not null,
  unique (kind, level, originator, channels)
);
--> statement-breakpoint
-- Interned (audience, compartment): what a search key is matched under.
create table scope (
  id integer generated always as identity primary key,
  audience_id integer not null,
  compartment text not null,
  level smallint not null,
  caveats integer not null,
  unique (audience_id, compartment)
);
--> statement-breakpoint
-- Who may read an audience, by which clause, when: computed from the registry by rules/grant.ts. Rows are end-dated, never deleted.
create table audience_grant (
  id bigint generated always as identity primary key,
  audience_id integer not null,
  level smallint not null,
  partner text not null,
  channel text,
  agreement text,
  clause text,
  purposes integer not null,
  ceiling smallint not null,
  caveats integer not null,
  valid tstzrange not null
);
create index audience_grant_partner on audience_grant (partner, audience_id) include (purposes, level, ceiling, caveats, valid);
create index audience_grant_audience on audience_grant (audience_id);
--> statement-breakpoint
create table record (
  id uuid primary key,
  kind text not null,
  originator text not null,
  audience_id integer not null,
  classification smallint not null check (classification between 0 and 4),
  status text not null check (status in ('ACTIVE', 'WITHDRAWN', 'RECALLED')),
  revision integer not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- Revisions and the names of the fields they changed, oldest first; null while there is only the first.
  changes jsonb,
  body jsonb not null,
  -- {compartment: {v, c}}: ciphertext, null when there is none.
  sealed jsonb
);
create index record_audience on record (audience_id, id);
create index record_originator on record (originator, id);
--> statement-breakpoint
-- Superseded states. The present state stands in record.
create table revision (
  record_id uuid not null,
  revision integer not null,
  audience_id integer not null,
  classification smallint not null,
  at timestamptz not null,
  body jsonb not null,
  sealed jsonb,
  primary key (record_id, revision)
);
--> statement-breakpoint
-- Shares are end-dated, never deleted; each keeps the basis it was made under.
create table share (
  record_id uuid not null,
  channel text not null,
  originator text not null,
  agreement text not null,
  clause text not null,
  shared_at timestamptz not null,
  until timestamptz,
  ended_at timestamptz,
  primary key (record_id, channel, shared_at)
);
create index share_until on share (until) where until is not null and ended_at is null;
--> statement-breakpoint
-- token: 4 bytes of field, then 0x00 and a plain ordered payload, or 0x01 and a key version and 16 bytes of HMAC.
create table search_key (
  token bytea not null,
  record_id uuid not null,
  scope_id integer not null,
  primary key (token, record_id)
);
create index search_key_record on search_key (record_id);
--> statement-breakpoint
-- An originator's own numbers and claims, blinded: unique per originator, kind and level, so that no conflict tells of what a writer cannot see.
create table record_ref (
  originator text not null,
  kind text not null,
  level smallint not null,
  ref bytea not null,
  record_id uuid not null,
  primary key (originator, kind, level, ref)
);
-- With the originator, which the policy asks for too: a planner without statistics would else go through all of an originator's numbers.
create index record_ref_record on record_ref (record_id, originator);
--> statement-breakpoint
create table outbox (
  id bigint generated always as identity primary key,
  -- Given by the sequencer to committed rows, in order, without a gap.
  seq bigint unique,
  -- The number of the record's next event: what stood at a number is found without looking for what came after.
  next_seq bigint,
  at timestamptz not null default statement_timestamp(),
  record_id uuid not null,
  kind text not null,
  before_audience integer,
  after_audience integer not null,
  -- Names of changed fields, each with the rank of its marking where it has one (`location 3`); null for a first submission.
  fields text[]
);
create index outbox_waiting on outbox (id) where seq is null;
create index outbox_record on outbox (record_id, seq);
create index outbox_audience on outbox (after_audience, record_id);
--> statement-breakpoint
create table feed_state (
  one boolean primary key default true check (one),
  epoch uuid not null default gen_random_uuid(),
  last_seq bigint not null default 0
);
insert into feed_state default values;
--> statement-breakpoint
create table ledger_entry (
  -- UUIDv7, made by the node: written blind, without a stamp and without reading back.
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  node text not null,
  partner text not null,
  subject text not null,
  client text not null,
  issuer text not null,
  purpose text not null,
  operation text not null,
  request_id text not null,
  registry_version bigint not null,
  -- Blinded values that were asked for.
  asked text[],
  records integer not null
);
create index ledger_entry_partner on ledger_entry (partner, id);
--> statement-breakpoint
create table ledger_disclosure (
  entry_id uuid not null,
  part smallint not null,
  at timestamptz not null,
  originator text not null,
  partner text not null,
  purpose text not null,
  operation text not null,
  records uuid[] not null,
  fields text[] not null,
  primary key (originator, entry_id, part)
);
--> statement-breakpoint
create table idempotency (
  partner text not null,
  client text not null,
  subject text not null,
  key text not null,
  body_hash bytea not null,
  record_id uuid not null,
  created_at timestamptz not null default statement_timestamp(),
  primary key (partner, client, subject, key)
);
create index idempotency_age on idempotency (created_at);
--> statement-breakpoint
create table import_job (
  id uuid primary key,
  originator text not null,
  subject text not null,
  client text not null,
  kind text not null,
  options jsonb not null,
  state text not null check (state in ('RUNNING', 'DONE', 'FAILED', 'WITHDRAWN')),
  created integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  started_at timestamptz not null default clock_timestamp(),
  touched_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  digest text,
  failure jsonb
);
create index import_job_originator on import_job (originator, id);
--> statement-breakpoint
create table import_outcome (
  import_id uuid not null,
  batch integer not null,
  originator text not null,
  first_line bigint not null,
  last_line bigint not null,
  outcomes jsonb not null,
  primary key (import_id, batch)
);
--> statement-breakpoint
-- Numbers committed outbox rows. One at a time in the cluster; a row that commits late gets a later number, so no reader can have passed it.
create function prasan_sequence(at_most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  given bigint;
  reached bigint;
begin
  perform pg_advisory_xact_lock(7261, 1);
  select last_seq into reached from feed_state;
  with waiting as (
    select id from outbox where seq is null order by id limit at_most
  ), numbered as (
    select id, reached + row_number() over (order by id) as seq from waiting
  ), done as (
    update outbox o set seq = n.seq from numbered n where o.id = n.id returning n.seq
  )
  select count(*) into given from done;
  if given > 0 then
    update feed_state set last_seq = reached + given;
    -- A first event has none before it; only records that were changed are looked at.
    update outbox p set next_seq = n.next_seq from (
      select distinct e.record_id from outbox e where e.seq > reached and e.before_audience is not null
    ) c cross join lateral (
      select e.id, lead(e.seq) over (order by e.seq) as next_seq from outbox e where e.record_id = c.record_id and e.seq is not null
    ) n where p.id = n.id and n.next_seq is not null and p.next_seq is null;
  end if;
  return given;
end $$;
--> statement-breakpoint
-- A clause's retention ends the share, for everybody, by this clock. What is due is found and moved here, whoever the originator is and whether or
-- not it takes part still; the caller can end nothing that is not due, and move a record nowhere but out of the channels that are.
create function prasan_due_shares(at_most integer) returns table (record_id uuid, ended text[], audience_id integer, kind text, level smallint, originator text, channels text[])
language sql security definer set search_path = pg_catalog, public as $$
  select d.record_id, d.ended, a.id, a.kind, a.level, a.originator, array(select c from unnest(a.channels) c where c <> all (d.ended) order by c)
  from (
    select s.record_id, array_agg(s.channel) as ended from (
      select s.record_id, s.channel from share s where s.until <= statement_timestamp() and s.ended_at is null order by s.until limit at_most
    ) s group by s.record_id
  ) d join record r on r.id = d.record_id join audience a on a.id = r.audience_id
$$;
--> statement-breakpoint
create function prasan_end_shares(record uuid, ended text[], from_audience integer, to_audience integer, moved_from integer[], moved_to integer[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  moved_kind text;
begin
  perform 1 from share s where s.record_id = record and s.channel = any (ended) and s.ended_at is null and (s.until is null or s.until > statement_timestamp());
  if found then
    raise exception 'a share that is not due' using errcode = 'insufficient_privilege';
  end if;
  perform 1 from audience f join audience t on t.kind = f.kind and t.level = f.level and t.originator = f.originator
    where f.id = from_audience and t.id = to_audience and t.channels = array(select c from unnest(f.channels) c where c <> all (ended) order by c);
  if not found then
    raise exception 'not the audience that is left' using errcode = 'insufficient_privilege';
  end if;
  update record r set audience_id = to_audience where r.id = record and r.audience_id = from_audience returning r.kind into moved_kind;
  if not found then
    return false;
  end if;
  update share s set ended_at = statement_timestamp() where s.record_id = record and s.channel = any (ended) and s.ended_at is null;
  update search_key k set scope_id = m.new from unnest(moved_from, moved_to) as m(old, new) where k.record_id = record and k.scope_id = m.old;
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (record, moved_kind, from_audience, to_audience, '{}');
  return true;
end $$;
--> statement-breakpoint
create function prasan_forget_idempotency() returns void
language sql security definer set search_path = pg_catalog, public as $$
  delete from idempotency where created_at < statement_timestamp() - interval '24 hours'
$$;
--> statement-breakpoint
revoke all on all tables in schema public from public;
revoke all on function prasan_forget_idempotency() from public;
grant execute on function prasan_forget_idempotency() to prasan_app;
revoke all on function prasan_due_shares(integer) from public;
revoke all on function prasan_end_shares(uuid, text[], integer, integer, integer[], integer[]) from public;
grant execute on function prasan_due_shares(integer) to prasan_app;
grant execute on function prasan_end_shares(uuid, text[], integer, integer, integer[], integer[]) to prasan_app;
revoke all on function prasan_sequence(integer) from public;
grant execute on function prasan_sequence(integer) to prasan_app;
grant select on registry_state, registry_object, audience, scope, feed_state to prasan_app;
grant insert on audience, scope to prasan_app;
grant select, insert on audience_grant, revision, outbox, ledger_entry, ledger_disclosure, import_outcome to prasan_app;
grant update (body, sealed) on revision to prasan_app;
grant select, insert, update on record, share, import_job, idempotency to prasan_app;
grant select, insert on search_key to prasan_app;
grant select, insert, update, delete on record_ref to prasan_app;
grant delete on idempotency to prasan_app;
--> statement-breakpoint
do $$
declare
  name text;
begin
  foreach name in array array['audience_grant', 'record', 'revision', 'share', 'search_key', 'record_ref', 'outbox', 'ledger_entry',
    'ledger_disclosure', 'idempotency', 'import_job', 'import_outcome'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_all on %I to prasan_owner using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
-- Grants in force for the stamped viewer. `as materialized` is not used: the arrays below are InitPlans, computed once a statement.
create policy app_read on audience_grant for select to prasan_app using (partner = current_setting('prasan.partner'));
create policy app_add on audience_grant for insert to prasan_app with check (true);
--> statement-breakpoint
-- The viewer's audiences, gathered once a statement from an index that holds all the question needs: a condition that an index can serve, so that a
-- count over a million rows costs what it costs without row-level security.
create policy app_read on record for select to prasan_app using (
  audience_id = any (array(
    select g.audience_id from audience_grant g
    where g.partner = current_setting('prasan.partner')
      and g.purposes & (select current_setting('prasan.purpose')::integer) <> 0
      and g.level <= (select current_setting('prasan.clearance')::integer)
      and g.valid @> statement_timestamp()
  ))
);
create policy app_add on record for insert to prasan_app with check (originator = current_setting('prasan.partner'));
create policy app_change on record for update to prasan_app
  using (originator = current_setting('prasan.partner') and classification <= current_setting('prasan.clearance')::integer)
  with check (originator = current_setting('prasan.partner'));
--> statement-breakpoint
-- Two ways to the same answer. A statement that looks at a few keys asks for each of them (`offset 0` keeps the planner from gathering all grants
-- into a hash first); one that looks at many (prasan.wide) gathers the viewer's scopes once. Both are evaluated in the statement's own snapshot.
create policy app_read on search_key for select to prasan_app using (
  case when current_setting('prasan.wide') = 'on' then
    scope_id = any (array(
      select s.id from audience_grant g join scope s on s.audience_id = g.audience_id
      where g.partner = current_setting('prasan.partner')
        and g.purposes & (select current_setting('prasan.purpose')::integer) <> 0
        and g.level <= (select current_setting('prasan.clearance')::integer)
        and g.valid @> statement_timestamp()
        and s.level <= least(g.ceiling, (select current_setting('prasan.clearance')::integer))
        and s.caveats & ~(g.caveats & (select current_setting('prasan.caveats')::integer)) = 0
    ))
  else exists (
    select from scope s join audience_grant g on g.audience_id = s.audience_id
    where s.id = search_key.scope_id
      and g.partner = current_setting('prasan.partner')
      and g.purposes & current_setting('prasan.purpose')::integer <> 0
      and g.level <= current_setting('prasan.clearance')::integer
      and g.valid @> statement_timestamp()
      and s.level <= least(g.ceiling, current_setting('prasan.clearance')::integer)
      and s.caveats & ~(g.caveats & current_setting('prasan.caveats')::integer) = 0
    offset 0
  ) end
);
create policy app_add on search_key for insert to prasan_app with check (true);
--> statement-breakpoint
-- An originator replaces and re-scopes the keys of its own records, also those that the writing officer cannot see: by scope, never by content.
create function prasan_rekey(record uuid, dropped integer[], moved_from integer[], moved_to integer[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from record r where r.id = prasan_rekey.record and r.originator = current_setting('prasan.partner');
  if not found then
    raise exception 'not the originator' using errcode = 'insufficient_privilege';
  end if;
  delete from search_key k where k.record_id = prasan_rekey.record and k.scope_id = any (dropped);
  update search_key k set scope_id = m.new from unnest(moved_from, moved_to) as m(old, new)
    where k.record_id = prasan_rekey.record and k.scope_id = m.old;
end $$;
--> statement-breakpoint
revoke all on function prasan_rekey(uuid, integer[], integer[], integer[]) from public;
grant execute on function prasan_rekey(uuid, integer[], integer[], integer[]) to prasan_app;
--> statement-breakpoint
-- `exists`, not `in`: that one would gather all records the viewer sees, for every revision read or kept.
create policy app_read on revision for select to prasan_app using (exists (select 1 from record r where r.id = revision.record_id));
create policy app_add on revision for insert to prasan_app with check (exists (select 1 from record r where r.id = revision.record_id and r.originator = current_setting('prasan.partner')));
create policy app_change on revision for update to prasan_app using (exists (select 1 from record r where r.id = revision.record_id and r.originator = current_setting('prasan.partner')));
create policy app_all on share to prasan_app using (originator = current_setting('prasan.partner')) with check (originator = current_setting('prasan.partner'));
create policy app_all on record_ref to prasan_app using (originator = current_setting('prasan.partner') and level <= current_setting('prasan.clearance')::integer)
  with check (originator = current_setting('prasan.partner'));
create policy app_all on idempotency to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
create policy app_all on import_job to prasan_app using (originator = current_setting('prasan.partner')) with check (originator = current_setting('prasan.partner'));
create policy app_all on import_outcome to prasan_app using (originator = current_setting('prasan.partner')) with check (originator = current_setting('prasan.partner'));
--> statement-breakpoint
-- An event is known to whoever was ever granted the audience before or after it, at any level: who lowers its clearance is told what it thereby
-- lost. The feed itself compares then and now.
create policy app_read on outbox for select to prasan_app using (
  after_audience = any (array(
    select g.audience_id from audience_grant g
    where g.partner = current_setting('prasan.partner') and g.purposes & current_setting('prasan.purpose')::integer <> 0
  ))
  or before_audience = any (array(
    select g.audience_id from audience_grant g
    where g.partner = current_setting('prasan.partner') and g.purposes & current_setting('prasan.purpose')::integer <> 0
  ))
);
create policy app_add on outbox for insert to prasan_app with check (true);
--> statement-breakpoint
-- Every disclosure is written by its node; its own partner's entries and the readings of one's own records are all that can be read back.
create policy app_add on ledger_entry for insert to prasan_app with check (true);
create policy app_read on ledger_entry for select to prasan_app using (partner = current_setting('prasan.partner'));
create policy app_add on ledger_disclosure for insert to prasan_app with check (true);
create policy app_read on ledger_disclosure for select to prasan_app using (originator = current_setting('prasan.partner'));
