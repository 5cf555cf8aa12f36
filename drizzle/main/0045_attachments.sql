-- What is attached to requests. Bytes come before their record, piece by piece, each durable when it is taken: they are there for nobody until the record
-- is, in the one transaction that writes it, and go with it. Sealed under a key of their own, which is sealed under the record's.
create table attachment (
  id uuid primary key,
  partner text not null,
  request_id uuid not null,
  begun_at timestamptz not null default statement_timestamp(),
  -- None: still arriving.
  record_id uuid unique references record on delete cascade,
  compartment text,
  sealed_key text,
  pieces integer,
  check (record_id is null or (compartment is not null and sealed_key is not null and pieces > 0))
);
create index attachment_own on attachment (partner, request_id) where record_id is not null;
create index attachment_arriving on attachment (begun_at) where record_id is null;
alter table attachment enable row level security;
alter table attachment force row level security;
revoke all on attachment from public;
grant select, insert, delete on attachment to prasan_app;
grant update (record_id, compartment, sealed_key, pieces) on attachment to prasan_app;
create policy owner_all on attachment to prasan_owner using (true) with check (true);
-- Whoever sees the record; and what still arrives, its sender.
create policy app_read on attachment for select to prasan_app using (
  (record_id is null and partner = current_setting('prasan.partner')) or exists (select 1 from record r where r.id = attachment.record_id)
);
create policy app_begin on attachment for insert to prasan_app with check (partner = current_setting('prasan.partner') and record_id is null);
create policy app_finish on attachment for update to prasan_app
  using (partner = current_setting('prasan.partner') and record_id is null) with check (partner = current_setting('prasan.partner'));
create policy app_drop on attachment for delete to prasan_app using (partner = current_setting('prasan.partner') and record_id is null);
--> statement-breakpoint
create table attachment_piece (
  attachment_id uuid not null references attachment on delete cascade,
  -- From 0.
  n integer not null check (n >= 0),
  sealed bytea not null,
  primary key (attachment_id, n)
);
-- Sealed bytes do not grow smaller.
alter table attachment_piece alter column sealed set storage external;
alter table attachment_piece enable row level security;
alter table attachment_piece force row level security;
revoke all on attachment_piece from public;
grant select, insert on attachment_piece to prasan_app;
create policy owner_all on attachment_piece to prasan_owner using (true) with check (true);
create policy app_read on attachment_piece for select to prasan_app using (exists (select 1 from attachment a where a.id = attachment_id));
create policy app_add on attachment_piece for insert to prasan_app
  with check (exists (select 1 from attachment a where a.id = attachment_id and a.record_id is null and a.partner = current_setting('prasan.partner')));
--> statement-breakpoint
-- What was begun and never came to its end: nobody has it, and nobody will.
create function prasan_forget_arrivals() returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  gone integer;
begin
  delete from attachment where record_id is null and begun_at < statement_timestamp() - interval '1 day';
  get diagnostics gone = row_count;
  return gone;
end $$;
--> statement-breakpoint
revoke all on function prasan_forget_arrivals() from public;
grant execute on function prasan_forget_arrivals() to prasan_app;
