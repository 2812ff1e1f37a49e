using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>How waits behave where they do not say.</summary>
public sealed class ResourceNotificationServiceOptions
{
    /// <summary>What a wait does when the other resource ends or cannot start.</summary>
    public WaitBehavior DefaultWaitBehavior { get; set; }
}

/// <summary>The states of resources, and waits for them.</summary>
public partial class ResourceNotificationService : IDisposable
{
    /// <summary>Changes that a slow watcher may be behind; older ones are dropped.</summary>
    private const int WatchBacklog = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ResourceEvent> _states = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Channel<ResourceEvent>> _watchers = [];
    private readonly List<Waiter> _waiters = [];
    private readonly CancellationTokenSource _disposed = new();
    private readonly ResourceLoggerService _loggers;
    private readonly WaitBehavior _defaultWaitBehavior;

    internal ResourceNotificationService(
        ResourceLoggerService loggers,
        IOptions<ResourceNotificationServiceOptions> options
    )
    {
        _loggers = loggers;
        _defaultWaitBehavior = options.Value.DefaultWaitBehavior;
    }

    /// <summary>Changes the state of every process of a resource.</summary>
    public Task PublishUpdateAsync(
        IResource resource,
        Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory
    )
    {
        foreach (var id in resource.InstanceIds())
            Publish(resource, id, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>Changes the state of one process.</summary>
    public Task PublishUpdateAsync(
        IResource resource,
        string resourceId,
        Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory
    )
    {
        Publish(resource, resourceId, stateFactory);
        return Task.CompletedTask;
    }

    /// <summary>The state of a process, by its id or by the name of a resource that has only one.</summary>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_gate)
        {
            if (_states.TryGetValue(resourceId, out resourceEvent))
                return true;

            var named = _states.Values.Where(e => IsNamed(e, resourceId)).Take(2).ToList();
            resourceEvent = named.Count == 1 ? named[0] : null;
            return resourceEvent is not null;
        }
    }

    /// <summary>Every resource's state, then each change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        var channel = Channel.CreateBounded<ResourceEvent>(
            new BoundedChannelOptions(WatchBacklog) { FullMode = BoundedChannelFullMode.DropOldest }
        );
        lock (_gate)
        {
            foreach (var state in _states.Values)
                channel.Writer.TryWrite(state);
            _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(either.Token).ConfigureAwait(false))
                yield return change;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(channel);
        }
    }

    /// <summary>Waits until a resource is in a state.</summary>
    /// <param name="resourceName">The resource's name.</param>
    /// <param name="targetState">One of <see cref="KnownResourceStates"/>; null for <c>Running</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForResourceAsync(
        string resourceName,
        string? targetState = null,
        CancellationToken cancellationToken = default
    ) => WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <summary>Waits until a resource is in one of the states, and says in which.</summary>
    public async Task<string> WaitForResourceAsync(
        string resourceName,
        IEnumerable<string> targetStates,
        CancellationToken cancellationToken = default
    )
    {
        var states = targetStates.ToList();
        var reached = await WaitForResourceAsync(
                resourceName,
                e => e.Snapshot.State is { } state && states.Contains(state.Text),
                cancellationToken
            )
            .ConfigureAwait(false);
        return reached.Snapshot.State!.Text;
    }

    /// <summary>Waits until a state of a resource, the present one or a later one, meets the condition.</summary>
    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName,
        Func<ResourceEvent, bool> predicate,
        CancellationToken cancellationToken = default
    )
    {
        var waiter = new Waiter(resourceName, predicate);
        lock (_gate)
        {
            foreach (var state in _states.Values)
                waiter.Offer(state);
            if (!waiter.Reached.Task.IsCompleted)
                _waiters.Add(waiter);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        try
        {
            return await waiter.Reached.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
    }

    /// <summary>Ends every wait.</summary>
    public void Dispose()
    {
        _disposed.Cancel();
        GC.SuppressFinalize(this);
    }

    private static bool IsNamed(ResourceEvent e, string name) =>
        string.Equals(e.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private void Publish(
        IResource resource,
        string resourceId,
        Func<CustomResourceSnapshot, CustomResourceSnapshot> change
    )
    {
        lock (_gate)
        {
            var before = _states.TryGetValue(resourceId, out var known) ? known.Snapshot : Initial(resource);
            var next = new ResourceEvent(resource, resourceId, change(before));
            _states[resourceId] = next;
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(next);
            foreach (var waiter in _waiters)
                waiter.Offer(next);
        }
    }

    private static CustomResourceSnapshot Initial(IResource resource) =>
        resource.Annotations.OfType<ResourceSnapshotAnnotation>().LastOrDefault()?.InitialSnapshot
        ?? new()
        {
            ResourceType = resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
            Properties = [],
        };

    private sealed class Waiter(string name, Func<ResourceEvent, bool> predicate)
    {
        public TaskCompletionSource<ResourceEvent> Reached { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Offer(ResourceEvent e)
        {
            if (Reached.Task.IsCompleted || !IsNamed(e, name))
                return;

            try
            {
                if (predicate(e))
                    Reached.TrySetResult(e);
            }
            // The condition is the caller's code: it gets what it threw, not the publisher.
            catch (Exception failure)
            {
                Reached.TrySetException(failure);
            }
        }
    }
}
