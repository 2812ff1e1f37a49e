using System.Text.Json;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Startup;

/// <summary>
/// Writes <c>endpoints.json</c>: the addresses of all parts and the settings that tools need, by name. Readable to its
/// owner only, as it has the warehouse's passwords and the access key.
/// </summary>
internal sealed class EndpointsFile(DataFolder data, Backend backend)
{
    private static readonly string[] s_settingsForTools = ["AWS_", "Pos__Resources__"];
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public async Task WriteAsync(IReadOnlyDictionary<string, string> services, CancellationToken cancellationToken)
    {
        var endpoints = new Dictionary<string, string>(services);
        if (backend.Warehouse is { } warehouse)
        {
            endpoints[warehouse.Owner.Resource.Name] = await ConnectionStringAsync(warehouse.Owner, cancellationToken);
            endpoints[warehouse.Bi.Resource.Name] = PostgresUrl.From(
                await ConnectionStringAsync(warehouse.Bi, cancellationToken)
            );
        }
        var settings = backend.Environment.Where(variable =>
            s_settingsForTools.Any(prefix => variable.Key.StartsWith(prefix, StringComparison.Ordinal))
        );
        foreach (var (name, value) in backend.Addresses.Concat(settings))
            endpoints[name] = await BackendValue.ResolveAsync(value, cancellationToken);
        SecretFile.Write(data.Endpoints, JsonSerializer.Serialize(endpoints, s_indented));
    }

    private static async Task<string> ConnectionStringAsync(
        IResourceBuilder<IResourceWithConnectionString> warehouse,
        CancellationToken cancellationToken
    ) => await warehouse.Resource.GetConnectionStringAsync(cancellationToken) ?? "";
}
