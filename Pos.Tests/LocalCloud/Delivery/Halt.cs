using LocalCloud.Delivery;
using LocalCloud.PostgresCopy;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Pos.Tests.LocalCloud.Delivery;

public enum DeliveryPoint
{
    BatchCut,
    ObjectStaged,
    CopyCommitted,
    Merged,
}

/// <summary>Stops delivery at one point and never continues, as after a crash at that point.</summary>
internal sealed class Halt(DeliveryPoint point)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Configure(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StagingBucket>();
        builder.Services.AddSingleton<IStagingBucket>(services => new HaltingBucket(
            services.GetRequiredService<StagingBucket>(),
            this
        ));
        builder.Services.AddSingleton<WarehouseLoader>();
        builder.Services.AddSingleton<IWarehouseLoader>(services => new HaltingLoader(
            services.GetRequiredService<WarehouseLoader>(),
            this
        ));
    }

    private async Task HaltAtAsync(DeliveryPoint reached, CancellationToken cancellationToken)
    {
        if (reached != point)
            return;
        _reached.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private sealed class HaltingBucket(IStagingBucket bucket, Halt halt) : IStagingBucket
    {
        public async Task PutAsync(string name, string key, Stream content, CancellationToken cancellationToken)
        {
            await halt.HaltAtAsync(DeliveryPoint.BatchCut, cancellationToken);
            await bucket.PutAsync(name, key, content, cancellationToken);
            await halt.HaltAtAsync(DeliveryPoint.ObjectStaged, cancellationToken);
        }

        public Task<Stream> OpenAsync(string name, string key, CancellationToken cancellationToken) =>
            bucket.OpenAsync(name, key, cancellationToken);
    }

    private sealed class HaltingLoader(IWarehouseLoader loader, Halt halt) : IWarehouseLoader
    {
        public async Task<LoadResult> CopyAsync(
            Destination destination,
            DeliveryBatch batch,
            int attempt,
            CancellationToken cancellationToken
        )
        {
            var result = await loader.CopyAsync(destination, batch, attempt, cancellationToken);
            await halt.HaltAtAsync(DeliveryPoint.CopyCommitted, cancellationToken);
            return result;
        }

        public async Task AfterCopyAsync(Destination destination, CancellationToken cancellationToken)
        {
            await loader.AfterCopyAsync(destination, cancellationToken);
            await halt.HaltAtAsync(DeliveryPoint.Merged, cancellationToken);
        }
    }
}
