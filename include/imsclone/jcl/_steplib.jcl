{# Program libraries of a step. Values: steplib (data set names, may be empty). #}
{% for library in steplib %}
{% if loop.first %}
//STEPLIB  DD DISP=SHR,DSN={{ library }}
{% else %}
//         DD DISP=SHR,DSN={{ library }}
{% endif %}
{% endfor %}
