package dev.dhow.agent.docker;

import java.util.HashSet;
import java.util.Set;

/// What the event stream and our own effects say has to be read again. Filled by them, emptied by each reading.
final class ChangeMarks {
    private final Set<String> containers = new HashSet<>();
    private boolean allContainers = true;
    private boolean images = true;
    private boolean networks = true;
    private boolean volumes = true;
    private int losses;

    /// What was marked at one moment.
    record Marked(Set<String> containers, boolean allContainers, boolean images, boolean networks, boolean volumes) {
        boolean container(String id) {
            return allContainers || containers.contains(id);
        }
    }

    synchronized void container(String id) {
        containers.add(id);
    }

    synchronized void images() {
        images = true;
    }

    synchronized void networks() {
        networks = true;
    }

    synchronized void volumes() {
        volumes = true;
    }

    synchronized void everything() {
        allContainers = true;
        images = true;
        networks = true;
        volumes = true;
    }

    /// The engine is lost; what it is after that has to be read again.
    synchronized void lost() {
        losses++;
        everything();
    }

    /// How often it was lost so far.
    synchronized int losses() {
        return losses;
    }

    /// Takes the marks off, before the reading that honours them: what changes during it is marked for the
    /// next one.
    synchronized Marked take() {
        Marked marked = new Marked(Set.copyOf(containers), allContainers, images, networks, volumes);
        containers.clear();
        allContainers = false;
        images = false;
        networks = false;
        volumes = false;
        return marked;
    }

    /// Puts the marks of a reading back that failed.
    synchronized void restore(Marked marked) {
        containers.addAll(marked.containers());
        allContainers |= marked.allContainers();
        images |= marked.images();
        networks |= marked.networks();
        volumes |= marked.volumes();
    }
}
