-- Read under a stamp, like all: a comparison with a column, so that a connection without one raises even while the table is empty.
alter policy app_read on statistic_kept using (month >= left(current_setting('prasan.partner'), 0));
