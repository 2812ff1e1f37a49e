namespace Pos.AppHost.Backends;

/// <summary>Resolves settings of a backend: a text, or a value that is known once its resource runs.</summary>
internal static class BackendValue
{
    public static async Task<string> ResolveAsync(object value, CancellationToken cancellationToken) =>
        (value is IValueProvider provider ? await provider.GetValueAsync(cancellationToken) : (string)value) ?? "";

    /// <summary>Returns all settings that a process on the backend needs in its environment.</summary>
    public static async Task<Dictionary<string, string>> ResolveEnvironmentAsync(
        this Backend backend,
        CancellationToken cancellationToken
    )
    {
        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in backend.Environment)
            environment[name] = await ResolveAsync(value, cancellationToken);
        return environment;
    }
}
