-- The victim firewall by desks, and by names.
-- Which desks wrote what tells who a person behind the firewall is: such a desk does not confirm the case. Null: the token named no desk.
create table case_hand (
  id uuid primary key default gen_random_uuid(),
  record_id uuid not null references record (id) on delete cascade,
  partner text not null,
  desk text,
  subject text not null,
  at timestamptz not null default statement_timestamp()
);
create index case_hand_record on case_hand (record_id);
--> statement-breakpoint
-- Somebody was decided to be a victim: told to the protection desks of the agreements that carried the record.
create table protection_referral (
  id uuid primary key default gen_random_uuid(),
  at timestamptz not null default statement_timestamp(),
  partner text not null,
  desk text not null,
  record_id uuid not null references record (id) on delete cascade,
  from_partner text not null,
  from_desk text not null
);
create index protection_referral_record on protection_referral (record_id);
create index protection_referral_desk on protection_referral (partner, desk, at);
--> statement-breakpoint
alter table case_confirmation drop constraint case_confirmation_pkey;
--> statement-breakpoint
alter table case_confirmation add constraint case_confirmation_pkey primary key (record_id, partner, desk);
--> statement-breakpoint
-- Of what a desk confirmed: who the person is. What was written anew is to be confirmed anew.
alter table case_confirmation add column print bytea not null default '';
--> statement-breakpoint
alter table match_job add column desk text, add column weights smallint[] not null default '{}', add column facts bytea[] not null default '{}', add column fact_weights smallint[] not null default '{}';
--> statement-breakpoint
-- Kept as they are: how well they compress would tell them apart.
alter table match_job alter column tokens set storage external, alter column weights set storage external, alter column facts set storage external, alter column fact_weights set storage external;
--> statement-breakpoint
alter table firewall_searcher add column desk text;
--> statement-breakpoint
create function prasan_case_print(record uuid) returns bytea
language sql stable security definer set search_path = pg_catalog, public as $$
  select sha256(coalesce(string_agg(k.token, ''::bytea order by k.token), ''::bytea)) from search_key k where k.record_id = record and get_byte(k.token, 4) = 2
$$;
--> statement-breakpoint
create function prasan_confirming() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  new.print := prasan_case_print(new.record_id);
  return new;
end $$;
--> statement-breakpoint
create trigger confirming before insert or update on case_confirmation for each row execute function prasan_confirming();
--> statement-breakpoint
drop function prasan_may_name(text, timestamptz) cascade;
--> statement-breakpoint
-- A desk speaks for its own searches; for one that named no desk, any desk of the organisation does.
create function prasan_may_name(searcher text, searching text, searched timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from naming_agreement n where n.partner = searcher and coalesce(n.desk = searching, true) and n.period @> searched)
$$;
--> statement-breakpoint
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
      and exists (select from case_confirmation c where c.record_id = v.id and c.print = prasan_case_print(v.id))
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
  delete from match_result r using match_job j where j.id = r.job_id and j.at < midnight - interval '30 days';
  delete from match_job j where j.at < midnight - interval '30 days';
  return made;
end $$;
--> statement-breakpoint
-- Refers a person who was decided to be a victim to the protection desks of the agreements in force that ever carried the record: an earlier decision may
-- have ended the sharing. Each desk once. @returns to how many desks
create function prasan_refer(person uuid, deciding text) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  made integer;
begin
  insert into protection_referral (partner, desk, record_id, from_partner, from_desk)
    select d.partner, d.desk, r.id, r.originator, deciding
    from record r cross join lateral prasan_protection_desks(array(select distinct s.channel from share s where s.record_id = r.id), statement_timestamp()) d
    where r.id = person and r.originator = current_setting('prasan.partner')
      and not exists (select from protection_referral f where f.record_id = r.id and f.partner = d.partner and f.desk = d.desk);
  get diagnostics made = row_count;
  return made;
end $$;
--> statement-breakpoint
revoke all on case_hand, protection_referral from public;
revoke all on function prasan_case_print(uuid) from public;
revoke all on function prasan_confirming() from public;
revoke all on function prasan_may_name(text, text, timestamptz) from public;
revoke all on function prasan_refer(uuid, text) from public;
grant execute on function prasan_may_name(text, text, timestamptz) to prasan_app;
grant execute on function prasan_refer(uuid, text) to prasan_app;
grant select, insert on case_hand to prasan_app;
grant select on protection_referral to prasan_app;
grant update on case_confirmation to prasan_app;
grant select (weights, facts, fact_weights) on match_job to prasan_matcher;
--> statement-breakpoint
do $$
declare
  name text;
begin
  foreach name in array array['case_hand', 'protection_referral'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_all on %I to prasan_owner using (true) with check (true)', name);
  end loop;
end $$;
--> statement-breakpoint
create policy app_read on firewall_searcher for select to prasan_app using (
  exists (select from firewall_alert a where a.id = firewall_searcher.alert_id) and prasan_may_name(firewall_searcher.partner, firewall_searcher.desk, firewall_searcher.at)
);
create policy app_all on case_hand to prasan_app using (partner = current_setting('prasan.partner')) with check (partner = current_setting('prasan.partner'));
-- 64 is VICTIM_PROTECTION, 2 CONFIDENTIAL, 2 VICTIM (dictionary/compartment.ts; a test compares).
create policy app_read on protection_referral for select to prasan_app using (
  partner = current_setting('prasan.partner') and current_setting('prasan.purpose')::integer = 64
  and current_setting('prasan.clearance')::integer >= 2 and current_setting('prasan.caveats')::integer & 2 <> 0
);
drop policy app_all on case_confirmation;
-- Another desk than those that wrote who she is, of this organisation or another; where it is not known which desk wrote it, of another.
create policy app_all on case_confirmation to prasan_app using (partner = current_setting('prasan.partner'))
  with check (partner = current_setting('prasan.partner')
    and exists (select from record r where r.id = case_confirmation.record_id
      and (r.originator <> case_confirmation.partner or exists (select from case_hand h where h.record_id = r.id)))
    and not exists (select from case_hand h where h.record_id = case_confirmation.record_id and h.partner = case_confirmation.partner
      and (h.desk is null or h.desk = case_confirmation.desk or h.subject = case_confirmation.subject)));
