using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>
/// The urls to show for a resource: one per endpoint, those that were added, and what the callbacks make of them.
/// </summary>
internal static class ResourceUrls
{
    public static async Task PublishAsync(
        IResource resource,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        var urls = resource is IResourceWithEndpoints owner
            ? owner
                .GetEndpoints()
                .Where(e => e.IsAllocated)
                .Select(e => new ResourceUrlAnnotation { Url = e.Url, Endpoint = e })
                .ToList()
            : [];
        foreach (var added in resource.Annotations.OfType<ResourceUrlAnnotation>().ToList())
        {
            urls.Add(added);
            resource.Annotations.Remove(added);
        }

        var context = new ResourceUrlsCallbackContext(
            services.GetRequiredService<DistributedApplicationExecutionContext>(),
            resource,
            urls,
            cancellationToken
        )
        {
            Logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(resource),
        };
        foreach (var callback in resource.Annotations.OfType<ResourceUrlsCallbackAnnotation>().ToList())
            await callback.Callback(context).ConfigureAwait(false);

        foreach (var url in context.Urls)
        {
            if (url.Url.StartsWith('/') && url.Endpoint is { IsAllocated: true } endpoint)
                url.Url = endpoint.Url + url.Url;
            resource.Annotations.Add(url);
        }

        await services
            .GetRequiredService<ResourceNotificationService>()
            .PublishUpdateAsync(resource, s =>
                s with
                {
                    Urls =
                    [
                        .. context.Urls.Select(u => new UrlSnapshot(
                            u.Endpoint?.EndpointName,
                            u.Url,
                            u.DisplayLocation == UrlDisplayLocation.DetailsOnly
                        )
                        {
                            DisplayProperties = new(u.DisplayText ?? "", u.DisplayOrder ?? 0),
                        }),
                    ],
                }
            )
            .ConfigureAwait(false);
    }
}
