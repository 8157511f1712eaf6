{# Values: job, pairs (target, target_unit, sms), vtoc_tracks, index_tracks. The devices must be offline. #}
{% include "_job.jcl" %}
//* EMPTY THE TARGET VOLUMES: WHAT A CLONE BEFORE LEFT THERE GOES.
//* VERIFY REFUSES ANY OTHER VOLUME.
//*
//INIT     EXEC PGM=ICKDSF
//SYSPRINT DD SYSOUT=*
//SYSIN    DD *
{% for pair in pairs %}
{% filter control %}
INIT UNIT({{ pair.target_unit }}) VERIFY({{ pair.target }}) VOLID({{ pair.target }})
PURGE VTOC(0,1,{{ vtoc_tracks }}) INDEX({{ (vtoc_tracks + 1) // 15 }},{{ (vtoc_tracks + 1) % 15 }},{{ index_tracks }})
{% if pair.sms %} STORAGEGROUP {% endif %}
{% endfilter %}

{% endfor %}
/*
