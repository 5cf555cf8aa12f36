-- Openings: single fields of a record that its originator opens to one partner, for a purpose, until an instant. They are part of the record's audience, as
-- consent is: so the policies that read audiences know them, and whatever moves a record between audiences carries them. [{by, partner, channel, field,
-- level, purposes, to}]
alter table audience add column opened jsonb not null default '[]';
--> statement-breakpoint
alter table audience drop constraint audience_whole;
--> statement-breakpoint
alter table audience add constraint audience_whole unique nulls not distinct (kind, level, originator, channels, state, recipients, purposes, case_tag, ends, opened);
--> statement-breakpoint
-- Of an opening: the one field that it gives, and what the search keys of that field begin with. It stands beside a grant that brings the record, within
-- its time and purposes: it makes no row visible.
alter table audience_grant add column field text, add column tags bytea[];
--> statement-breakpoint
drop index audience_grant_partner;
--> statement-breakpoint
create index audience_grant_partner on audience_grant (partner, audience_id) include (purposes, level, ceiling, caveats, valid, case_tag, field);
--> statement-breakpoint
create index audience_grant_opened on audience_grant (partner) where field is not null;
--> statement-breakpoint
-- As before for grants of clauses. Whoever was opened fields matches the keys of those fields under the opening that gives them, and no other key by it;
-- for whom nothing was opened the last part is one look at an empty index.
drop policy app_read on search_key;
--> statement-breakpoint
create policy app_read on search_key for select to prasan_app using (
  case when current_setting('prasan.wide') = 'on' then
    scope_id = any (array(
      select s.id from audience_grant g join scope s on s.audience_id = g.audience_id
      where g.partner = current_setting('prasan.partner')
        and g.field is null
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
      and g.field is null
      and g.purposes & current_setting('prasan.purpose')::integer <> 0
      and g.level <= current_setting('prasan.clearance')::integer
      and g.valid @> statement_timestamp()
      and s.level <= least(g.ceiling, current_setting('prasan.clearance')::integer)
      and s.caveats & ~(g.caveats & current_setting('prasan.caveats')::integer) = 0
    offset 0
  ) end
  or (
    (select exists (
      select from audience_grant o where o.partner = current_setting('prasan.partner') and o.field is not null
        and o.purposes & current_setting('prasan.purpose')::integer <> 0 and o.valid @> statement_timestamp()
    ))
    and exists (
      select from scope s join audience_grant g on g.audience_id = s.audience_id
      where s.id = search_key.scope_id
        and g.partner = current_setting('prasan.partner')
        and g.field is not null
        and substring(search_key.token from 1 for 4) = any (g.tags)
        and g.purposes & current_setting('prasan.purpose')::integer <> 0
        and g.level <= current_setting('prasan.clearance')::integer
        and g.valid @> statement_timestamp()
        and s.level <= least(g.ceiling, current_setting('prasan.clearance')::integer)
        and s.caveats & ~(g.caveats & current_setting('prasan.caveats')::integer) = 0
      offset 0
    )
  )
);
--> statement-breakpoint
-- As before, and what is opened stays opened.
create or replace function prasan_follow_ends(records uuid[], to_audiences integer[]) returns integer
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
    if (t.kind, t.level, t.originator, t.channels, t.state, t.recipients, t.purposes, t.case_tag, t.opened)
      is distinct from (f.kind, f.level, f.originator, f.channels, f.state, f.recipients, f.purposes, f.case_tag, f.opened) or t.ends <> prasan_ends_of(one) or t.ends = '{}' then
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
-- As before; what was opened in the channels that are left stays opened.
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
    and t.opened = coalesce((select jsonb_agg(o.one order by o.nth) from jsonb_array_elements(f.opened) with ordinality o(one, nth) where o.one ->> 'channel' <> all (ended)), '[]')
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
