-- A request is read by the desks that it concerns. Its audience names them in `recipients` (`PARTNER/DESK`; `PARTNER/DESK>OTHER`, where one gave it to another), and
-- a grant says of which desks of the partner it is; null: of whoever. '*' is in all of them: a token that names no desk reads as its organisation.
-- What was sent before goes to whole partners, and stays theirs.
alter table audience_grant add column desks text[];
--> statement-breakpoint
drop index audience_grant_partner;
--> statement-breakpoint
create index audience_grant_partner on audience_grant (partner, audience_id) include (purposes, level, ceiling, caveats, valid, case_tag, field, desks);
--> statement-breakpoint
-- As before; and a grant of desks is there for those. `missing_ok`: a stamp without a desk hides, it never shows.
drop policy app_read on audience_grant;
--> statement-breakpoint
create policy app_read on audience_grant for select to prasan_app using (
  partner = current_setting('prasan.partner') and (case_tag is null or case_tag = any (string_to_array(current_setting('prasan.case', true), ',')))
    and (desks is null or current_setting('prasan.desk', true) = any (desks))
);
--> statement-breakpoint
-- As before, for whoever sees them: of a request that another desk was asked, nothing is held either.
create or replace function prasan_hold_ends(ends uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform 1 from record r where r.id = any (prasan_hold_ends.ends) and exists (
    select 1 from audience_grant g where g.audience_id = r.audience_id and g.partner = current_setting('prasan.partner')
      and (g.desks is null or current_setting('prasan.desk', true) = any (g.desks))
      and g.purposes & current_setting('prasan.purpose')::integer <> 0 and g.level <= current_setting('prasan.clearance')::integer and g.valid @> statement_timestamp()
  ) order by r.id for share of r;
end $$;
--> statement-breakpoint
-- As before, in turn: a part of a request exists by its leg, which exists by the request. What exists by another that is left behind itself goes after that one.
create or replace function prasan_left_behind(moved uuid[]) returns table (record_id uuid, audience_id integer, ends integer[])
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
    with n as (
      select r.id, a.id as audience, a.ends as was, prasan_ends_of(r.id) as now
      from record r join audience a on a.id = r.audience_id where r.id = any (dependents)
    ), l as (
      select n.id, n.audience, n.now from n where n.was <> n.now
    )
    select l.id, l.audience, l.now from l where not exists (select from record_end d join l b on b.id = d.end_id where d.record_id = l.id) order by l.id;
end $$;
--> statement-breakpoint
-- A desk gives what it was asked to another desk of its partner: the leg and its request go to audiences that differ from theirs in nothing but that this desk is
-- in them. In the transaction that hands over: the leg is with the new desk already, and was with the caller's.
create function prasan_open_to(leg uuid, to_desk text, to_audiences integer[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  l request_leg%rowtype;
  f audience%rowtype;
  t audience%rowtype;
  one uuid;
  target integer;
begin
  select * into l from request_leg r where r.record_id = prasan_open_to.leg and r.partner = current_setting('prasan.partner') and r.desk = to_desk for update;
  if not found or l.steps -> -1 ->> 'step' is distinct from 'HAND_OVER' or l.steps -> -1 ->> 'desk' is distinct from current_setting('prasan.desk') then
    raise exception 'not the desk that hands over' using errcode = 'insufficient_privilege';
  end if;
  for one, target in select m.record, m.audience from unnest(array[l.record_id, l.request_id], to_audiences) as m(record, audience) loop
    select a.* into strict f from record r join audience a on a.id = r.audience_id where r.id = one for update of r;
    select a.* into strict t from audience a where a.id = target;
    if (t.kind, t.level, t.originator, t.channels, t.state, t.purposes, t.case_tag, t.ends, t.opened)
      is distinct from (f.kind, f.level, f.originator, f.channels, f.state, f.purposes, f.case_tag, f.ends, f.opened) or not coalesce(t.recipients @> f.recipients, false)
      or exists (select from unnest(t.recipients) as n(name) where n.name <> all (f.recipients) and (n.name not like l.partner || '/%>' || to_desk)) then
      raise exception 'not the audience with that desk' using errcode = 'insufficient_privilege';
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
  end loop;
end $$;
--> statement-breakpoint
revoke all on function prasan_open_to(uuid, text, integer[]) from public;
grant execute on function prasan_open_to(uuid, text, integer[]) to prasan_app;
