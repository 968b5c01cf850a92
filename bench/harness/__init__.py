"""What every benchmark needs: real processes, a load, their CPU, places, and one way to say figures."""
