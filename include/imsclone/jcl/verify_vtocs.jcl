{# Values: job, volsers, device_type (number), indexes (the VTOC index of each volume that has one, by volser). #}
{% include "_job.jcl" %}
//* LIST THE VTOC OF EACH VOLUME AND ITS INDEX: EVERY NAME AS IT STANDS
//* ON DISK.
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
 LISTVTOC FORMAT,VOL={{ device_type }}={{ volser }}{% if volser in indexes %},INDEXDSN={{ indexes[volser] }}{% endif %}

{% endfor %}
/*
