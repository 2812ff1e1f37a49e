namespace Pos.AppHost.Startup;

/// <summary>Says what to do if the resource fails while Pos starts.</summary>
internal sealed record StartupHint(string Text) : IResourceAnnotation;

/// <summary>Says when the end of the resource is part of the start and no failure.</summary>
internal sealed record ExpectedEnd(Func<bool> IsExpected) : IResourceAnnotation;

internal static class StartupHints
{
    public static IResourceBuilder<T> WithStartupHint<T>(this IResourceBuilder<T> resource, string text)
        where T : IResource => resource.WithAnnotation(new StartupHint(text));
}
