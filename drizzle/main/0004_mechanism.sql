-- Referral mechanisms are objects of the registry too. Which types there are, the exchange says that reads them.
do $$
declare
  name text;
begin
  for name in select conname from pg_constraint where conrelid = 'registry_object'::regclass and contype = 'c' loop
    execute format('alter table registry_object drop constraint %I', name);
  end loop;
end $$;
--> statement-breakpoint
alter table registry_object add constraint registry_object_type check (type ~ '^[a-z]{1,30}$');
