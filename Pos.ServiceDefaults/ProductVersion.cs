using System.Reflection;

namespace Pos.ServiceDefaults;

/// <summary>The version of this build, from <c>Version</c> in Directory.Build.props.</summary>
public static class ProductVersion
{
    /// <summary>For example <c>0.2.0+c605384f</c>: the version and, if the build knows it, the commit.</summary>
    public static string Text { get; } =
        typeof(ProductVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
}
