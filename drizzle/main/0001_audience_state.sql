-- What clauses may depend on in the records of an audience ("Identity while it is UNDETERMINED"): rules/condition.ts.
alter table audience add column state text not null default '';
--> statement-breakpoint
do $$
declare
  name text;
begin
  for name in select conname from pg_constraint where conrelid = 'audience'::regclass and contype = 'u' loop
    execute format('alter table audience drop constraint %I', name);
  end loop;
end $$;
--> statement-breakpoint
alter table audience add constraint audience_whole unique (kind, level, originator, channels, state);
--> statement-breakpoint
drop function prasan_due_shares(integer);
--> statement-breakpoint
create function prasan_due_shares(at_most integer) returns table (record_id uuid, ended text[], audience_id integer, kind text, level smallint, originator text, channels text[], state text)
language sql security definer set search_path = pg_catalog, public as $$
  select d.record_id, d.ended, a.id, a.kind, a.level, a.originator, array(select c from unnest(a.channels) c where c <> all (d.ended) order by c), a.state
  from (
    select s.record_id, array_agg(s.channel) as ended from (
      select s.record_id, s.channel from share s where s.until <= statement_timestamp() and s.ended_at is null order by s.until limit at_most
    ) s group by s.record_id
  ) d join record r on r.id = d.record_id join audience a on a.id = r.audience_id
$$;
--> statement-breakpoint
create or replace function prasan_end_shares(record uuid, ended text[], from_audience integer, to_audience integer, moved_from integer[], moved_to integer[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  moved_kind text;
begin
  perform 1 from share s where s.record_id = record and s.channel = any (ended) and s.ended_at is null and (s.until is null or s.until > statement_timestamp());
  if found then
    raise exception 'a share that is not due' using errcode = 'insufficient_privilege';
  end if;
  perform 1 from audience f join audience t on t.kind = f.kind and t.level = f.level and t.originator = f.originator and t.state = f.state
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
revoke all on function prasan_due_shares(integer) from public;
revoke all on function prasan_end_shares(uuid, text[], integer, integer, integer[], integer[]) from public;
grant execute on function prasan_due_shares(integer) to prasan_app;
grant execute on function prasan_end_shares(uuid, text[], integer, integer, integer[], integer[]) to prasan_app;
