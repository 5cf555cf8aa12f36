-- What the persons concerned agreed to is part of an audience: who may read at all, for what, and, of a testimony, in which case. So a member that a
-- registry adds later gets no grant on it, and both locks compute from the same row.
alter table audience add column recipients text[], add column purposes integer, add column case_tag text;
--> statement-breakpoint
alter table audience drop constraint audience_whole;
--> statement-breakpoint
alter table audience add constraint audience_whole unique nulls not distinct (kind, level, originator, channels, state, recipients, purposes, case_tag);
--> statement-breakpoint
alter table audience_grant add column case_tag text;
--> statement-breakpoint
drop index audience_grant_partner;
--> statement-breakpoint
create index audience_grant_partner on audience_grant (partner, audience_id) include (purposes, level, ceiling, caveats, valid, case_tag);
--> statement-breakpoint
-- Every other policy asks this table, and so through this one: a grant that is bound to a case is there for those alone who name it. `missing_ok`: a
-- stamp without a case hides, it never shows.
drop policy app_read on audience_grant;
--> statement-breakpoint
create policy app_read on audience_grant for select to prasan_app using (
  partner = current_setting('prasan.partner') and (case_tag is null or case_tag = any (string_to_array(current_setting('prasan.case', true), ',')))
);
--> statement-breakpoint
drop function prasan_due_shares(integer);
--> statement-breakpoint
create function prasan_due_shares(at_most integer) returns table (record_id uuid, ended text[], audience_id integer, kind text, level smallint, originator text, channels text[],
  state text, recipients text[], purposes integer, case_tag text)
language sql security definer set search_path = pg_catalog, public as $$
  select d.record_id, d.ended, a.id, a.kind, a.level, a.originator, array(select c from unnest(a.channels) c where c <> all (d.ended) order by c), a.state, a.recipients, a.purposes, a.case_tag
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
revoke all on function prasan_due_shares(integer) from public;
--> statement-breakpoint
grant execute on function prasan_due_shares(integer) to prasan_app;
--> statement-breakpoint
-- What the ledger keeps beside a disclosure, sealed: the authority and the reason of an override.
alter table ledger_disclosure add column note text;
