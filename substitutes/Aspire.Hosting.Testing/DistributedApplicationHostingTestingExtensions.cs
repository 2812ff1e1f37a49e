using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting.Testing;

/// <summary>How a test reaches an application's resources.</summary>
public static class DistributedApplicationHostingTestingExtensions
{
    /// <summary>
    /// A client of a resource's endpoint; by default its http endpoint, else https, else its only one.
    /// </summary>
    public static HttpClient CreateHttpClient(
        this DistributedApplication app,
        string resourceName,
        string? endpointName = default
    )
    {
        var client = app.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = app.GetEndpoint(resourceName, endpointName);
        return client;
    }

    /// <summary>A resource's connection string.</summary>
    /// <exception cref="ArgumentException">There is no such resource, or it has no connection string.</exception>
    public static ValueTask<string?> GetConnectionStringAsync(
        this DistributedApplication app,
        string resourceName,
        CancellationToken cancellationToken = default
    ) =>
        Find(app, resourceName) is IResourceWithConnectionString resource
            ? resource.GetConnectionStringAsync(cancellationToken)
            : throw new ArgumentException(
                $"Resource '{resourceName}' does not expose a connection string.",
                nameof(resourceName)
            );

    /// <summary>
    /// Where a resource's endpoint listens; by default its http endpoint, else https, else its only one.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such resource or endpoint, or several.</exception>
    public static Uri GetEndpoint(this DistributedApplication app, string resourceName, string? endpointName = default)
    {
        var endpoints = Find(app, resourceName) is IResourceWithEndpoints resource
            ? resource.GetEndpoints().ToList()
            : [];
        var endpoint = endpointName is not null
            ? endpoints.Find(e => string.Equals(e.EndpointName, endpointName, StringComparison.OrdinalIgnoreCase))
            : endpoints.Find(e => e.EndpointName == "http")
                ?? endpoints.Find(e => e.EndpointName == "https")
                ?? (endpoints.Count == 1 ? endpoints[0] : null);
        return endpoint is null
            ? throw new ArgumentException(
                $"Endpoint '{endpointName ?? "(default)"}' for resource '{resourceName}' not found.",
                nameof(endpointName)
            )
            : new Uri(endpoint.Url);
    }

    private static IResource Find(DistributedApplication app, string resourceName) =>
        app
            .Services.GetRequiredService<DistributedApplicationModel>()
            .Resources.TryGetByName(resourceName, out var resource)
            ? resource
            : throw new ArgumentException($"Resource '{resourceName}' not found.", nameof(resourceName));
}
