namespace Pos.AppHost.Startup;

/// <summary>Explains what to do if the resource fails while Pos starts.</summary>
internal sealed record StartupHint(string Text) : IResourceAnnotation;

/// <summary>Tells whether the end of the resource is expected and not a failure.</summary>
internal sealed record ExpectedEnd(Func<bool> IsExpected) : IResourceAnnotation;

internal static class StartupHints
{
    public static IResourceBuilder<T> WithStartupHint<T>(this IResourceBuilder<T> resource, string text)
        where T : IResource => resource.WithAnnotation(new StartupHint(text));
}
