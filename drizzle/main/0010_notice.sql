-- Notices that a clause demands (section 4 of the Emergency Decree): written with the share, for one recipient each, who alone reads them, and only while it
-- sees the record.
create table notice (
  id bigint generated always as identity primary key,
  record_id uuid not null,
  recipient text not null,
  originator text not null,
  agreement text not null,
  clause text not null,
  at timestamptz not null default statement_timestamp()
);
create index notice_recipient on notice (recipient, record_id);
--> statement-breakpoint
revoke all on notice from public;
grant select, insert on notice to prasan_app;
alter table notice enable row level security;
alter table notice force row level security;
create policy owner_all on notice to prasan_owner using (true) with check (true);
create policy app_read on notice for select to prasan_app using (recipient = current_setting('prasan.partner') and exists (select 1 from record r where r.id = notice.record_id));
create policy app_add on notice for insert to prasan_app with check (originator = current_setting('prasan.partner'));
