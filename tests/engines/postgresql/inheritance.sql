create table p (id int, d date not null, v text) partition by range (d);
create table p1 partition of p for values from ('2020-01-01') to ('2021-01-01');
create table i1 (a int, check (a > 0));
create table i2 (b int) inherits (i1);
create table l (like i1 including all);
alter table i1 add column c text;
