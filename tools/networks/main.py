"""Makes the whole networks of the conformance vectors: sandbox/conformance/networks/."""

import detector
import digits_network
import encoder
import quantised
import recurrent
import trees
from files import FOLDER, write


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    makers = [digits_network, trees, encoder, recurrent, quantised, detector]
    write([entry for maker in makers for entry in maker.make()])


if __name__ == "__main__":
    main()
