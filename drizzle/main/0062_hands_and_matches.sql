-- Who proposed who she is has a hand in the case as who writes it. A hand in a request is whose draft it was, who amended it and who sent it; with the
-- sending it is kept with the case, as proposed, and counts from the next time on that who she is is written there, by taking it over or by hand.
alter table case_hand add column proposed boolean not null default false;
--> statement-breakpoint
-- Whoever ever confirmed is kept: he reads no alert of the case, whoever confirms after him.
alter table case_confirmation drop constraint case_confirmation_pkey;
--> statement-breakpoint
alter table case_confirmation add constraint case_confirmation_pkey primary key (record_id, partner, desk, subject);
--> statement-breakpoint
-- When who she is was written anew: it counts no more, also if she is said to be the same again, until it is made anew.
alter table case_confirmation add column ended_at timestamptz;
--> statement-breakpoint
create or replace function prasan_confirming() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if new.ended_at is null then
    new.print := prasan_case_print(new.record_id);
  end if;
  return new;
end $$;
--> statement-breakpoint
create function prasan_case_written() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  update case_hand h set proposed = false where h.record_id = new.record_id and h.proposed;
  update case_confirmation c set ended_at = statement_timestamp()
    where c.record_id = new.record_id and c.ended_at is null and c.print <> prasan_case_print(new.record_id);
  return null;
end $$;
--> statement-breakpoint
create trigger case_written after insert on case_hand for each row when (not new.proposed) execute function prasan_case_written();
--> statement-breakpoint
-- By which tokens a record matched, and what each weighed: told is only what she still carries enough of. As long as the result.
create table match_token (
  job_id uuid not null,
  record_id uuid not null,
  token bytea not null,
  weight integer not null,
  primary key (job_id, record_id, token)
);
create index match_token_record on match_token (record_id);
alter table match_token enable row level security;
alter table match_token force row level security;
create policy owner_all on match_token to prasan_owner using (true) with check (true);
create policy matcher_add on match_token for insert to prasan_matcher with check (true);
revoke all on match_token from public;
grant insert on match_token to prasan_matcher;
--> statement-breakpoint
-- What was looked up before is looked up again, where its tokens are still there. Of the rest nobody knows by what it matched: it is told no more.
delete from match_result r using match_job j where j.id = r.job_id and j.tokens <> '{}';
--> statement-breakpoint
-- As before, and of matches only those by what she carries now, all of which was confirmed: 200 is from which sum on two persons are one
-- (dictionary/names/facts.ts; a test compares).
create or replace function prasan_firewall_batch(at timestamptz) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  today date := (at at time zone 'UTC')::date;
  midnight timestamptz := today::timestamp at time zone 'UTC';
  made integer;
begin
  insert into firewall_batch (day) values (today) on conflict do nothing;
  if not found then
    return 0;
  end if;
  with matches as (
    select j.id as job_id, j.partner as searcher, j.desk as searching, j.purpose, j.at, m.record_id, d.partner, d.desk
    from match_job j join match_result r on r.job_id = j.id cross join lateral unnest(r.records) m(record_id)
      join record v on v.id = m.record_id and v.status = 'ACTIVE'
      join audience a on a.id = v.audience_id and 'alert' = any (string_to_array(a.state, ' '))
      cross join lateral prasan_protection_desks(a.channels, prasan_firewall_batch.at) d
    where j.at < midnight and d.partner <> j.partner
      and exists (select from case_confirmation c where c.record_id = v.id and c.ended_at is null and c.print = prasan_case_print(v.id))
      and (select sum(t.weight) from match_token t where t.job_id = j.id and t.record_id = v.id
        and exists (select from search_key k where k.token = t.token and k.record_id = v.id)) >= 200
      and not exists (select from firewall_searcher s join firewall_alert f on f.id = s.alert_id
        where s.job_id = j.id and f.record_id = m.record_id and f.partner = d.partner and f.desk = d.desk)
  ), alerts as (
    insert into firewall_alert (day, partner, desk, record_id) select distinct today, partner, desk, record_id from matches returning id, partner, desk, record_id
  ), searchers as (
    insert into firewall_searcher (alert_id, job_id, partner, desk, purpose, at)
    select f.id, m.job_id, m.searcher, m.searching, m.purpose, m.at from matches m join alerts f on f.partner = m.partner and f.desk = m.desk and f.record_id = m.record_id
  )
  select count(*) into made from alerts;
  update match_job j set tokens = '{}', weights = '{}', facts = '{}', fact_weights = '{}'
    where j.at < midnight and j.tokens <> '{}' and exists (select from match_result r where r.job_id = j.id);
  delete from match_token t using match_job j where j.id = t.job_id and j.at < midnight - interval '30 days';
  delete from match_result r using match_job j where j.id = r.job_id and j.at < midnight - interval '30 days';
  delete from match_job j where j.at < midnight - interval '30 days';
  return made;
end $$;
--> statement-breakpoint
-- As before, and by what it matched goes with it.
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
  delete from record_extract x where x.record_id = gone;
  delete from notice n where n.record_id = gone;
  delete from case_confirmation c where c.record_id = gone;
  delete from firewall_searcher s using firewall_alert a where s.alert_id = a.id and a.record_id = gone;
  delete from firewall_alert a where a.record_id = gone;
  update match_result m set records = array_remove(m.records, gone) where m.records @> array[gone];
  delete from match_token t where t.record_id = gone;
  update share s set ended_at = since where s.record_id = gone and s.ended_at is null;
  insert into tombstone (record_id, kind, originator, audience_id, level, reason, erased_at)
    values (gone, r.kind, r.originator, r.audience_id, r.classification, why, since);
  insert into outbox (record_id, kind, before_audience, after_audience, fields) values (gone, r.kind, r.audience_id, 0, '{}');
  for dependent in select e.record_id from record_end e where e.end_id = gone union select x.record_id from record_extract x where x.source_id = gone order by 1 loop
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
revoke all on function prasan_case_written() from public;
--> statement-breakpoint
drop policy app_all on case_confirmation;
-- As before, of whoever had a hand in it, of whichever organisation: what is only proposed is none.
create policy app_all on case_confirmation to prasan_app using (partner = current_setting('prasan.partner'))
  with check (partner = current_setting('prasan.partner')
    and exists (select from record r where r.id = case_confirmation.record_id
      and (r.originator <> case_confirmation.partner or exists (select from case_hand h where h.record_id = r.id and not h.proposed)))
    and not exists (select from case_hand h where h.record_id = case_confirmation.record_id and h.partner = case_confirmation.partner and not h.proposed
      and (h.desk is null or h.desk = case_confirmation.desk or h.subject = case_confirmation.subject)));
