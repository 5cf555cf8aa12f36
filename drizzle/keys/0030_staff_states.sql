-- Whatever of the registry can be out of force; and of staff, by id: who is suspended, and from which revision on older passkeys count no more.
alter table suspension drop constraint suspension_type_check;
alter table suspension add constraint suspension_type_check check (type in ('partner', 'issuer', 'client', 'agreement', 'channel', 'statistic', 'staff', 'staff-keys'));
