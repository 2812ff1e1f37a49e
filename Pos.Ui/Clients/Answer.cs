namespace Pos.Ui.Clients;

/// <summary>What a service said: a value, or why there is none.</summary>
/// <param name="Value">Null when there is none.</param>
/// <param name="Failure">Null when there is a value.</param>
public sealed record Answer<T>(T? Value, Failure? Failure)
    where T : class
{
    public static implicit operator Answer<T>(T value) => new(value, null);

    public static implicit operator Answer<T>(Failure failure) => new(null, failure);

    /// <summary>The same answer, in other words.</summary>
    public Answer<TOther> To<TOther>(Func<T, TOther> map)
        where TOther : class => new(Value is null ? null : map(Value), Failure);
}

/// <summary>Why a service gave no value.</summary>
/// <param name="Text">For people, a sentence.</param>
public abstract record Failure(string Text);

/// <summary>There is no such thing: 404.</summary>
public sealed record NotThere(string Text) : Failure(Text);

/// <summary>The question is wrong, and asking again does not mend it: 4xx.</summary>
public sealed record Refused(string Text) : Failure(Text);

/// <summary>The service, or a store behind it, does not answer now; it may in a moment.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Text">What is away, as far as it is known.</param>
public sealed record ServiceAway(string Service, string Text) : Failure(Text)
{
    /// <summary>Whether the service itself was heard: then it is something behind it that is away.</summary>
    public bool WasHeard { get; init; }
}
