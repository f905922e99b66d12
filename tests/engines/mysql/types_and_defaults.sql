create table u (
  id integer primary key auto_increment, name varchar(50) unique, c2 varchar(10) character set latin1, c3 varchar(10) collate utf8mb4_bin, j json, b bool default true not null, ts timestamp, ts2 timestamp null, dt datetime(6) default now(6) on update now(6), d decimal, n numeric(10,2) default 0, e enum('a','b''c') default 'a', x int default (1+2), y varchar(36) default (uuid()), t text default 'abc', g int as (chk*2) stored, g2 varchar(10) generated always as (concat(name,'x')) virtual, chk int check (chk > 0 and chk<5), f float, db double precision, r real, bi bit, bl blob, vb varbinary(10), s set('a','b'), ch char, yr year, i2 int unsigned zerofill, big bigint(20) unsigned, nat national varchar(5), lt text(70000), bb blob(10), ti time, bin binary(3), dv varchar(5) default 'it''s' comment 'co\'m\nx', hx int default 0x10, ne int default -5, fl float default 1.50, dd date default '2020-01-01', constraint ck check (name <> 'x' or n>0), check (f in (1,2)), key (name, c2), index ix2 (t(10)), fulltext key ft (t), unique key (c2,c3 desc)) engine=innodb comment='tab''le';
create table fl (a float(10,2), b double(5,1), c float(30), d float unsigned, e bool, f int(3), g integer unsigned, h tinyint, i smallint(5) unsigned, j mediumint, k bigint, l dec(5), m fixed, n numeric(7,3) unsigned, o nchar(5), p character varying(10), q varchar(10) binary, r longblob, s tinytext, t mediumtext, u time(3), v timestamp(6) default current_timestamp(6) , w geometry, x point not null, y uuid, z inet6, aa serial);
alter table fl modify a double not null default 2.5, change b bb varchar(20) charset latin1 comment 'x' first, drop c;
alter table fl add z2 varchar(10) default 'y' after a, alter f set default 7, alter g set default 3;
alter table fl comment 'new', row_format=dynamic, auto_increment=5;
alter table fl convert to character set utf8mb3;
alter table fl add constraint uz unique key (z2), add index (f desc, g), add key named (g) comment 'why';
alter table fl rename column f to ff, rename index named to renamed;
create table ck (a int check (a between 1 and 5), b varchar(5) check (b like 'x%' or b is null), c int, constraint three check (c in (1, 2) and not (a = 3)), check (length(b) < 4 and a + c * 2 <> 7));
create table gen (a int, b int as (a + 1), c int generated always as (if(a > 1, a, 0)) stored, d varchar(20) as (concat(a, '-', upper('x'))) persistent, index (b));
create table same like ck;
alter table ck rename to checked;
alter table checked drop constraint three, change a aa bigint;
