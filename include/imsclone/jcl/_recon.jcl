{# DBRC's data sets. Values: recon (2 or 3 data set names), dbdlib (data set names). #}
//SYSPRINT DD SYSOUT=*
{% for dsname in recon %}
//RECON{{ loop.index }}   DD DISP=SHR,DSN={{ dsname }}
{% endfor %}
{% for library in dbdlib %}
{% if loop.first %}
//IMS      DD DISP=SHR,DSN={{ library }}
{% else %}
//         DD DISP=SHR,DSN={{ library }}
{% endif %}
{% endfor %}
