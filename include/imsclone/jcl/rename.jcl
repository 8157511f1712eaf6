{# Values: job, pairs (of this group), all_pairs, masks, catalogs (of this group),
   all_catalogs, policies (unmatched, orphans, gdg), simulate (true, false), steplib.
   A site with a product of its own puts that product's program and statements here. #}
{% include "_job.jcl" %}
//* RENAME IN PLACE ON THE COPIED VOLUMES: VTOC, VTOC INDEX, VVDS, AND
//* THE CATALOGS THAT ARE ON THEM. THE FIRST MASK THAT MATCHES DECIDES.
//* RUN AGAIN AFTER A FAILURE, IT GOES ON WHERE IT WAS.
//*
//RENAME   EXEC PGM=VOLRCOND
{% include "_steplib.jcl" %}
//SYSPRINT DD SYSOUT=*
//RENAMES  DD SYSOUT=*
//SYSIN    DD *
{% filter control %}
RECONDITION VOLUMES(
{%- for pair in pairs %}({{ pair.source }},{{ pair.target }}){% if not loop.last %},{% endif %}{% endfor %})
VOLMAP(
{%- for pair in all_pairs %}({{ pair.source }},{{ pair.target }}){% if not loop.last %},{% endif %}{% endfor %})
RENAME(
{%- for catalog in all_catalogs %}({{ catalog.source }},{{ catalog.target }}),{% endfor %}
{%- for mask in masks %}{{ mask | sides }}{% if not loop.last %},{% endif %}{% endfor %})
{% if catalogs %}
CATALOGS(
{%- for catalog in catalogs %}({{ catalog.source }},{{ catalog.target }}){% if not loop.last %},{% endif %}{% endfor %})
{% endif %}
NOTRENAMED({{ policies.unmatched | keyword }}) ORPHAN({{ policies.orphans | keyword }})
GDG({{ policies.gdg | keyword }})
{% if simulate %} SIMULATE {% endif %}
{% endfilter %}

/*
