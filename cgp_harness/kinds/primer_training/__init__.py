"""The lecture's homework as it is handed in: scripts that train subclasses of its package's class.
"""
