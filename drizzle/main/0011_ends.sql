-- A record that exists only where its ends do (a link) stands in an audience that names the audiences of its ends: its grants are those that a viewer
-- has on it and on each of them. Such an audience is interned like any other; a record moves to another one whenever an end does.
alter table audience add column ends integer[] not null default '{}';
--> statement-breakpoint
alter table audience drop constraint audience_whole;
--> statement-breakpoint
alter table audience add constraint audience_whole unique nulls not distinct (kind, level, originator, channels, state, recipients, purposes, case_tag, ends);
--> statement-breakpoint
create table record_end (
  end_id uuid not null,
  record_id uuid not null,
  primary key (end_id, record_id)
);
create index record_end_record on record_end (record_id);
alter table record_end enable row level security;
alter table record_end force row level security;
create policy owner_all on record_end to prasan_owner using (true) with check (true);
revoke all on record_end from public;
-- A node writes the ends of a record that its own officer submits. It never reads them back: who depends on a record is not its originator's to know.
grant insert on record_end to prasan_app;
create policy app_add on record_end for insert to prasan_app with check (exists (
  select 1 from record r where r.id = record_end.record_id and r.originator = current_setting('prasan.partner')
));
--> statement-breakpoint
-- Keeps ends where they are until the transaction that names them is done: those that the stamped viewer sees, in one order for all.
create function prasan_hold_ends(ends uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from record r where r.id = any (prasan_hold_ends.ends) and exists (
    select 1 from audience_grant g where g.audience_id = r.audience_id and g.partner = current_setting('prasan.partner')
      and g.purposes & current_setting('prasan.purpose')::integer <> 0 and g.level <= current_setting('prasan.clearance')::integer and g.valid @> statement_timestamp()
  ) order by r.id for share of r;
end $$;
--> statement-breakpoint
-- The audiences of a record's ends, as they stand; 0 for one that is erased: nobody has a grant there.
create function prasan_ends_of(record uuid) returns integer[]
language sql stable security definer set search_path = pg_catalog, public as $$
  select coalesce(array_agg(distinct coalesce(e.audience_id, 0) order by coalesce(e.audience_id, 0)), '{}')
  from record_end d left join record e on e.id = d.end_id where d.record_id = prasan_ends_of.record
$$;
revoke all on function prasan_ends_of(uuid) from public;
--> statement-breakpoint
-- Records that depend on the given ones and stand in an audience that is not, or no more, the one that their ends make: locked, in order, and told with
-- what their audience must be. A record that stands right is none of the caller's business. The ends are read after the locks: who waited for another
-- end's mover sees where that one went.
create function prasan_left_behind(moved uuid[]) returns table (record_id uuid, audience_id integer, ends integer[])
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  dependents uuid[];
begin
  dependents := array(select distinct d.record_id from record_end d where d.end_id = any (prasan_left_behind.moved));
  if cardinality(dependents) = 0 then
    return;
  end if;
  perform 1 from record r where r.id = any (dependents) order by r.id for update;
  return query
    select n.id, n.audience, n.now
    from (
      select r.id, a.id as audience, a.ends as was, prasan_ends_of(r.id) as now
      from record r join audience a on a.id = r.audience_id where r.id = any (dependents)
    ) n where n.was <> n.now order by n.id;
end $$;
--> statement-breakpoint
-- Moves such records to the audience that their ends make, and nowhere else, with their search keys and an event each; whoever their originator is.
create function prasan_follow_ends(records uuid[], to_audiences integer[]) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  one uuid;
  target integer;
  f audience%rowtype;
  t audience%rowtype;
  moved integer := 0;
begin
  for one, target in select m.record, m.audience from unnest(records, to_audiences) as m(record, audience) order by m.record loop
    select a.* into strict f from record r join audience a on a.id = r.audience_id where r.id = one;
    select a.* into strict t from audience a where a.id = target;
    if (t.kind, t.level, t.originator, t.channels, t.state, t.recipients, t.purposes, t.case_tag)
      is distinct from (f.kind, f.level, f.originator, f.channels, f.state, f.recipients, f.purposes, f.case_tag) or t.ends <> prasan_ends_of(one) or t.ends = '{}' then
      raise exception 'not the audience that its ends make' using errcode = 'insufficient_privilege';
    end if;
    continue when f.id = t.id;
    update record r set audience_id = t.id where r.id = one;
    update search_key k set scope_id = n.id from scope o join scope n on n.compartment = o.compartment and n.audience_id = t.id
      where k.record_id = one and k.scope_id = o.id and o.audience_id = f.id;
    perform 1 from search_key k join scope o on o.id = k.scope_id where k.record_id = one and o.audience_id <> t.id;
    if found then
      raise exception 'a search key was left behind' using errcode = 'insufficient_privilege';
    end if;
    insert into outbox (record_id, kind, before_audience, after_audience, fields) values (one, t.kind, f.id, t.id, '{}');
    moved := moved + 1;
  end loop;
  return moved;
end $$;
--> statement-breakpoint
-- As before, and the ends stay.
create or replace function prasan_end_shares(record uuid, ended text[], from_audience integer, to_audience integer, moved_from integer[], moved_to integer[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  moved_kind text;
begin
  perform 1 from share s where s.record_id = record and s.channel = any (ended) and s.ended_at is null and (s.until is null or s.until > statement_timestamp());
  if found then
    raise exception 'a share that is not due' using errcode = 'insufficient_privilege';
  end if;
  perform 1 from audience f join audience t on t.kind = f.kind and t.level = f.level and t.originator = f.originator and t.state = f.state and t.ends = f.ends
    and t.recipients is not distinct from f.recipients and t.purposes is not distinct from f.purposes and t.case_tag is not distinct from f.case_tag
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
revoke all on function prasan_hold_ends(uuid[]) from public;
revoke all on function prasan_left_behind(uuid[]) from public;
revoke all on function prasan_follow_ends(uuid[], integer[]) from public;
grant execute on function prasan_hold_ends(uuid[]) to prasan_app;
grant execute on function prasan_left_behind(uuid[]) to prasan_app;
grant execute on function prasan_follow_ends(uuid[], integer[]) to prasan_app;
--> statement-breakpoint
-- As before, and what exists by the erased record goes with it. What is under a hold stays, and is there for nobody.
create or replace function prasan_bury(gone uuid, why text, since timestamptz) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  r public.record%rowtype;
  dependent uuid;
begin
  delete from record d where d.id = gone returning * into strict r;
  delete from search_key k where k.record_id = gone;
  delete from revision v where v.record_id = gone;
  delete from record_ref f where f.record_id = gone;
  delete from record_end e where e.record_id = gone;
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
  for dependent in select e.record_id from record_end e where e.end_id = gone order by e.record_id loop
    -- A hold takes the row's lock too: what is seen under it stands.
    perform 1 from record d where d.id = dependent for update;
    continue when not found;
    if prasan_held(dependent) then
      perform prasan_strand(dependent);
    else
      perform prasan_bury(dependent, why, since);
    end if;
  end loop;
end $$;
--> statement-breakpoint
create function prasan_strand(stranded uuid) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  f audience%rowtype;
  left_ends integer[] := prasan_ends_of(stranded);
  target integer;
begin
  select a.* into strict f from record r join audience a on a.id = r.audience_id where r.id = stranded;
  insert into audience (kind, level, originator, channels, state, recipients, purposes, case_tag, ends)
    values (f.kind, f.level, f.originator, f.channels, f.state, f.recipients, f.purposes, f.case_tag, left_ends) on conflict do nothing;
  select a.id into strict target from audience a where (a.kind, a.level, a.originator, a.channels, a.state, a.ends) = (f.kind, f.level, f.originator, f.channels, f.state, left_ends)
    and a.recipients is not distinct from f.recipients and a.purposes is not distinct from f.purposes and a.case_tag is not distinct from f.case_tag;
  update record r set audience_id = target where r.id = stranded;
  delete from search_key k where k.record_id = stranded;
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (stranded, f.kind, f.id, target, '{}');
end $$;
--> statement-breakpoint
revoke all on function prasan_strand(uuid) from public;
