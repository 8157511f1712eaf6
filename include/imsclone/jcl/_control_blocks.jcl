{# Where a utility finds definitions. Values: acblib (data set names). #}
{% for library in acblib %}
{% if loop.first %}
//IMSACB   DD DISP=SHR,DSN={{ library }}
{% else %}
//         DD DISP=SHR,DSN={{ library }}
{% endif %}
{% endfor %}
//SYSPRINT DD SYSOUT=*
