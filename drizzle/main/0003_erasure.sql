-- What is left of an erased record: that there was one, whose, why it went and when. Nothing of what it held. The row of `record` itself is gone, so
-- that whatever reads records finds nothing.
create table tombstone (
  record_id uuid primary key,
  kind text not null,
  originator text not null,
  -- Where it stood when it was erased: who saw it then knows that it was erased.
  audience_id integer not null,
  level smallint not null,
  reason text not null,
  erased_at timestamptz not null,
  -- Null until its keys are destroyed in the key database: whoever answers `erased`, answers after that.
  keys_destroyed_at timestamptz
);
create index tombstone_waiting on tombstone (record_id) where keys_destroyed_at is null;
--> statement-breakpoint
create table legal_hold (
  id uuid primary key,
  record_id uuid not null,
  originator text not null,
  placed_at timestamptz not null,
  placed_by text not null,
  -- Authority and reason, sealed under a key of the hold's own.
  compartment text not null,
  placed text not null,
  released_at timestamptz,
  released_by text,
  released text,
  -- Whether the key database, where it outlives a restore of the rows, knows of this state.
  journaled boolean not null default false
);
create index legal_hold_record on legal_hold (record_id);
create index legal_hold_waiting on legal_hold (id) where not journaled;
--> statement-breakpoint
-- What is due is found by the order of the text: instants are kept in UTC with milliseconds.
create index record_retain on record ((body ->> 'retainUntil')) where body ->> 'retainUntil' is not null;
--> statement-breakpoint
-- The one place where a record goes. For the functions below alone: they check who asks. 0 is no audience: an event that leads there leads nowhere.
create function prasan_bury(gone uuid, why text, since timestamptz) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  r record%rowtype;
begin
  delete from record d where d.id = gone returning * into strict r;
  delete from search_key k where k.record_id = gone;
  delete from revision v where v.record_id = gone;
  delete from record_ref f where f.record_id = gone;
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
end $$;
--> statement-breakpoint
create function prasan_held(record uuid) returns boolean
language sql stable set search_path = pg_catalog, public as $$
  select exists (select from legal_hold h where h.record_id = prasan_held.record and h.released_at is null)
$$;
--> statement-breakpoint
-- By the originator's order.
create function prasan_erase(record uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from record r where r.id = prasan_erase.record and r.originator = current_setting('prasan.partner')
    and r.classification <= current_setting('prasan.clearance')::integer for update;
  if not found or prasan_held(record) then
    raise exception 'not the originator, or under hold' using errcode = 'insufficient_privilege';
  end if;
  perform prasan_bury(record, why, statement_timestamp());
end $$;
--> statement-breakpoint
-- When its own retention is over: by this clock, whoever the originator is and whether or not it takes part still. Nothing that is not due goes.
create function prasan_now() returns text
language sql stable set search_path = pg_catalog as $$
  select to_char(statement_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
--> statement-breakpoint
create function prasan_erase_due(at_most integer) returns table (record_id uuid, originator text)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  due record;
begin
  -- One node at a time; another finds nothing to do.
  if not pg_try_advisory_xact_lock(7261, 3) then
    return;
  end if;
  for due in
    select r.id, r.originator as owner from record r
    where r.body ->> 'retainUntil' is not null and r.body ->> 'retainUntil' <= prasan_now() and not prasan_held(r.id)
    order by r.body ->> 'retainUntil' limit at_most for update skip locked
  loop
    -- Again under the lock: a hold takes the row's lock too.
    continue when prasan_held(due.id);
    perform prasan_bury(due.id, 'RETENTION_ENDED', statement_timestamp());
    record_id := due.id;
    originator := due.owner;
    return next;
  end loop;
end $$;
--> statement-breakpoint
-- The other half of an erasure, in the key database: what waits for it, and that it is done.
create function prasan_keys_waiting(at_most integer) returns table (record_id uuid, reason text, erased_at timestamptz)
language sql security definer set search_path = pg_catalog, public as $$
  select t.record_id, t.reason, t.erased_at from tombstone t where t.keys_destroyed_at is null order by t.record_id limit at_most
$$;
--> statement-breakpoint
create function prasan_keys_destroyed(records uuid[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update tombstone t set keys_destroyed_at = clock_timestamp() where t.record_id = any (records) and t.keys_destroyed_at is null
$$;
--> statement-breakpoint
-- Holds whose present state the key database does not know yet. Their words are sealed.
create function prasan_holds_waiting(at_most integer) returns setof legal_hold
language sql security definer set search_path = pg_catalog, public as $$
  select * from legal_hold h where not h.journaled order by h.id limit at_most
$$;
--> statement-breakpoint
create function prasan_holds_journaled(ids uuid[], states boolean[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update legal_hold h set journaled = true from unnest(ids, states) as j(id, released)
  where h.id = j.id and (h.released_at is not null) = j.released
$$;
--> statement-breakpoint
-- Which of these, of which the key database says that they are erased or held, this database does not say so: it was restored. Names no other record.
create function prasan_lost(erased uuid[], held uuid[]) returns table (erasures bigint, holds bigint)
language sql security definer set search_path = pg_catalog, public as $$
  select (select count(*) from record r where r.id = any (erased)),
    (select count(*) from unnest(held) as h(id) where not exists (select from legal_hold l where l.id = h.id))
$$;
--> statement-breakpoint
alter table tombstone enable row level security;
alter table tombstone force row level security;
alter table legal_hold enable row level security;
alter table legal_hold force row level security;
create policy owner_all on tombstone to prasan_owner using (true) with check (true);
create policy owner_all on legal_hold to prasan_owner using (true) with check (true);
--> statement-breakpoint
-- Who saw the record when it was erased, and would see it now.
create policy app_read on tombstone for select to prasan_app using (
  level <= current_setting('prasan.clearance')::integer
  and exists (select from audience_grant g where g.audience_id = tombstone.audience_id and g.partner = current_setting('prasan.partner')
    and g.purposes & current_setting('prasan.purpose')::integer <> 0 and g.valid @> tombstone.erased_at)
  and exists (select from audience_grant g where g.audience_id = tombstone.audience_id and g.partner = current_setting('prasan.partner')
    and g.purposes & current_setting('prasan.purpose')::integer <> 0 and g.valid @> statement_timestamp())
);
-- The originator's staff, as far as they see the record or what is left of it.
create policy app_read on legal_hold for select to prasan_app using (
  originator = current_setting('prasan.partner')
  and (exists (select from record r where r.id = legal_hold.record_id) or exists (select from tombstone t where t.record_id = legal_hold.record_id))
);
create policy app_add on legal_hold for insert to prasan_app with check (
  originator = current_setting('prasan.partner') and exists (select from record r where r.id = legal_hold.record_id and r.originator = current_setting('prasan.partner'))
);
create policy app_change on legal_hold for update to prasan_app using (originator = current_setting('prasan.partner') and released_at is null)
  with check (originator = current_setting('prasan.partner'));
--> statement-breakpoint
revoke all on tombstone, legal_hold from public;
grant select on tombstone to prasan_app;
grant select, insert, update (released_at, released_by, released, journaled) on legal_hold to prasan_app;
revoke all on function prasan_bury(uuid, text, timestamptz), prasan_held(uuid), prasan_now(), prasan_erase(uuid, text), prasan_erase_due(integer), prasan_keys_waiting(integer),
  prasan_keys_destroyed(uuid[]), prasan_holds_waiting(integer), prasan_holds_journaled(uuid[], boolean[]), prasan_lost(uuid[], uuid[]) from public;
grant execute on function prasan_erase(uuid, text), prasan_erase_due(integer), prasan_keys_waiting(integer), prasan_keys_destroyed(uuid[]), prasan_holds_waiting(integer),
  prasan_holds_journaled(uuid[], boolean[]), prasan_lost(uuid[], uuid[]) to prasan_app;
