using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Eventing;

internal sealed class DistributedApplicationEventing : IDistributedApplicationEventing
{
    private readonly Lock _gate = new();
    private readonly List<(Type Event, DistributedApplicationEventSubscription Subscription)> _subscriptions = [];

    public DistributedApplicationEventSubscription Subscribe<T>(Func<T, CancellationToken, Task> callback)
        where T : IDistributedApplicationEvent => Add(typeof(T), new((e, ct) => callback((T)e, ct)));

    public DistributedApplicationEventSubscription Subscribe<T>(
        IResource resource,
        Func<T, CancellationToken, Task> callback
    )
        where T : IDistributedApplicationResourceEvent =>
        Add(typeof(T), new DistributedApplicationResourceEventSubscription(resource, (e, ct) => callback((T)e, ct)));

    public void Unsubscribe(DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
            _subscriptions.RemoveAll(s => s.Subscription == subscription);
    }

    public Task PublishAsync<T>(T @event, CancellationToken cancellationToken = default)
        where T : IDistributedApplicationEvent =>
        PublishAsync(@event, EventDispatchBehavior.BlockingSequential, cancellationToken);

    public Task PublishAsync<T>(
        T @event,
        EventDispatchBehavior dispatchBehavior,
        CancellationToken cancellationToken = default
    )
        where T : IDistributedApplicationEvent
    {
        DistributedApplicationEventSubscription[] subscribers;
        lock (_gate)
        {
            subscribers =
            [
                .. _subscriptions
                    .Where(s => s.Event == typeof(T) && IsFor(s.Subscription, @event))
                    .Select(s => s.Subscription),
            ];
        }

        switch (dispatchBehavior)
        {
            case EventDispatchBehavior.BlockingConcurrent:
                return Concurrently();
            case EventDispatchBehavior.NonBlockingConcurrent:
                _ = Task.Run(Concurrently, cancellationToken);
                return Task.CompletedTask;
            case EventDispatchBehavior.NonBlockingSequential:
                _ = Task.Run(Sequentially, cancellationToken);
                return Task.CompletedTask;
            default:
                return Sequentially();
        }

        async Task Sequentially()
        {
            foreach (var subscriber in subscribers)
                await subscriber.Callback(@event, cancellationToken).ConfigureAwait(false);
        }

        Task Concurrently() => Task.WhenAll(subscribers.Select(s => s.Callback(@event, cancellationToken)));
    }

    private static bool IsFor(
        DistributedApplicationEventSubscription subscription,
        IDistributedApplicationEvent @event
    ) =>
        subscription is not DistributedApplicationResourceEventSubscription { Resource: { } resource }
        || (@event is IDistributedApplicationResourceEvent resourceEvent && resourceEvent.Resource == resource);

    private DistributedApplicationEventSubscription Add(Type type, DistributedApplicationEventSubscription subscription)
    {
        lock (_gate)
            _subscriptions.Add((type, subscription));
        return subscription;
    }
}
