{# Values: job, volsers, device_type (number). #}
{% include "_job.jcl" %}
//* LIST THE VTOC OF EACH VOLUME: EVERY NAME AS IT STANDS ON DISK.
//*
//VTOC     EXEC PGM=IEHLIST
//SYSPRINT DD SYSOUT=*
{% for volser in volsers %}
{% filter statement %}
//VOL{{ loop.index }} DD DISP=OLD,UNIT={{ device_type }},VOL=SER={{ volser }}
{% endfilter %}

{% endfor %}
//SYSIN    DD *
{% for volser in volsers %}
 LISTVTOC FORMAT,VOL={{ device_type }}={{ volser }}
{% endfor %}
/*
