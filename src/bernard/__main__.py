"""`python -m bernard` is the same as `bernard`."""

from bernard.cli.program import main

if __name__ == "__main__":
    main()
