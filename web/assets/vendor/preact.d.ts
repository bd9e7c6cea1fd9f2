export { h, render, Fragment } from 'preact';
export type { ComponentChildren, VNode, RefObject } from 'preact';
export { useState, useEffect, useLayoutEffect, useRef, useMemo, useCallback, useId } from 'preact/hooks';
export { signal, computed, effect, batch } from '@preact/signals';
export type { Signal, ReadonlySignal } from '@preact/signals';
import type { VNode } from 'preact';
export function html(strings: TemplateStringsArray, ...values: unknown[]): VNode;
