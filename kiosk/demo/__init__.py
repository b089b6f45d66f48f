"""The demo: an invented school, or one's own rules, on a simulated cabinet; nothing is left of it.

``live`` runs it for somebody who looks on, ``week`` plays whole days in seconds. ``school`` is the
school that is shown, ``invented`` its people, ``cast`` the parts that they play, ``playing`` how,
``telling`` what is printed.
"""
