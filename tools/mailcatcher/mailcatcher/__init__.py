"""The other side of the mail: takes messages over SMTP, files them, counts them, and plays the people who got them.

A program of its own. It imports nothing of the product and needs nothing but Python, so that what it counts is a second
opinion. All its traffic stays on this machine.

    server      takes mail over SMTP, with answers by script
    store       one file per message, one per act; counts are made from these files alone
    script      who does what: rules of chance-free choice
    letters     reads a message: pixel, measured link, headers
    reports     writes a bounce (RFC 3464), a complaint (RFC 5965), a request by mail
    people      does what the script says, over HTTP and SMTP
    loopback    refuses every host that is not this machine
    program     the command line
"""
